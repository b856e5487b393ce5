import { type ConfusionOptions, confusionMetric } from "./confusion.ts";
import type { Metric } from "./metric.ts";

/** Of the cases that were of a class, the share that the model found. */
export function recall(options: ConfusionOptions = {}): Metric {
  return confusionMetric(
    "recall",
    options,
    ({ truePositives, falseNegatives }) => truePositives / (truePositives + falseNegatives),
  );
}
