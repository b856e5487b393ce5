import { meanMetric } from "./mean-metric.ts";
import type { Metric, MetricFunction } from "./metric.ts";

/** A user's own function as a metric: the weighted mean of its values. It cannot be saved. */
export function customMetric(values: MetricFunction): Metric {
  return meanMetric({ name: values.name || "customMetric", values });
}
