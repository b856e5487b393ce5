import { type ConfusionOptions, confusionMetric } from "./confusion.ts";
import type { Metric } from "./metric.ts";

/** Harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN). */
export function f1(options: ConfusionOptions = {}): Metric {
  return confusionMetric(
    "f1",
    options,
    ({ truePositives, falsePositives, falseNegatives }) =>
      (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
  );
}
