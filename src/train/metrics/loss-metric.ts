import type { Loss } from "../losses/loss.ts";
import { guard, weightedSums } from "../weighting.ts";
import { meanOf } from "./mean-of.ts";
import type { Metric } from "./metric.ts";

/** A loss as a metric: its weighted mean over all counted entries of all batches. */
export function lossMetric({ name, config, values }: Loss): Metric {
  return {
    name,
    ...(config && { config }),
    direction: "min",
    sums: (target, prediction, weighting) =>
      weightedSums(values(guard(target, weighting), guard(prediction, weighting)), weighting),
    finish: meanOf,
  };
}
