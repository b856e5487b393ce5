import { guard, weightedSums } from "../weighting.ts";
import { meanOf } from "./mean-of.ts";
import type { Metric, MetricFunction } from "./metric.ts";

/** A user's own function as a metric: the weighted mean of its values. It cannot be saved. */
export function customMetric(values: MetricFunction): Metric {
  return {
    name: values.name || "customMetric",
    sums: (target, prediction, weighting) =>
      weightedSums(values(guard(target, weighting), guard(prediction, weighting)), weighting),
    finish: meanOf,
  };
}
