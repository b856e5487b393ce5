import type { Loss } from "../losses/loss.ts";
import { rowWeighting, sequenceValues } from "../losses/weighted-loss.ts";
import { weightedSums } from "../weighting.ts";
import { meanMetric } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";

/** A loss as a metric: unlike the loss of an epoch it is a mean over entries, not over batches. */
export function lossMetric({ name, config, values, ofSequences }: Loss): Metric {
  const metric = meanMetric({ name, ...(config && { config }), direction: "min", values });
  if (!ofSequences) return metric;
  return {
    ...metric,
    sums: (target, prediction, weighting) =>
      weightedSums(sequenceValues(values, target, prediction, weighting), rowWeighting(weighting)),
  };
}
