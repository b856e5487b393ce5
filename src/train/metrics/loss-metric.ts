import type { Loss } from "../losses/loss.ts";
import { meanMetric } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";

/** A loss as a metric: unlike the loss of an epoch it is a mean over entries, not over batches. */
export function lossMetric({ name, config, values }: Loss): Metric {
  return meanMetric({ name, ...(config && { config }), direction: "min", values });
}
