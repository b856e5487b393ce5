import { rejectUnknown } from "../../errors.ts";
import { meanSquaredError } from "../losses/mean-squared-error.ts";
import { lossMetric } from "./loss-metric.ts";
import { meanOf } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";

/** Square root of the mean squared error of all entries, in units of the target. */
export function rootMeanSquaredError(options: Record<never, never> = {}): Metric {
  const name = "rootMeanSquaredError";
  rejectUnknown(`${name}()`, options, []);
  return { ...lossMetric(meanSquaredError()), name, config: { name }, finish: (sums) => Math.sqrt(meanOf(sums)) };
}
