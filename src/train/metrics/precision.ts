import { type ConfusionOptions, confusionMetric } from "./confusion.ts";
import type { Metric } from "./metric.ts";

/** Of the cases that the model called a class, the share that was one. */
export function precision(options: ConfusionOptions = {}): Metric {
  return confusionMetric(
    "precision",
    options,
    ({ truePositives, falsePositives }) => truePositives / (truePositives + falsePositives),
  );
}
