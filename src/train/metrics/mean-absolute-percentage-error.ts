import { rejectUnknown } from "../../errors.ts";
import { abs, div, maximum, mul, sub, type Tensor } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "../losses/align-target.ts";
import { EPSILON } from "../losses/probability.ts";
import { meanMetric } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";

/** Mean of |target − prediction| / |target| in percent. Targets are taken for at least 1e-7 in size. */
export function meanAbsolutePercentageError(options: Record<never, never> = {}): Metric {
  const name = "meanAbsolutePercentageError";
  rejectUnknown(`${name}()`, options, []);
  const values = (given: Tensor, prediction: Tensor) => {
    const target = alignTarget(given, prediction);
    return mul(100, meanOverLast(abs(div(sub(target, prediction), maximum(abs(target), EPSILON)))));
  };
  return meanMetric({
    name,
    config: { name },
    direction: "min",
    values,
  });
}
