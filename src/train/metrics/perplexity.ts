import { rejectUnknown } from "../../errors.ts";
import { sparseCategoricalCrossentropy } from "../losses/sparse-categorical-crossentropy.ts";
import { meanMetric, meanOf } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";
import { targetClass } from "./target-class.ts";

/**
 * e to the mean cross-entropy of the true classes: among how many equally likely classes the model is undecided.
 * Predictions are probabilities; targets are class numbers or one-hot rows.
 */
export function perplexity(options: Record<never, never> = {}): Metric {
  const name = "perplexity";
  rejectUnknown(`${name}()`, options, []);
  const crossentropy = sparseCategoricalCrossentropy();
  const mean = meanMetric({
    name,
    config: { name },
    direction: "min",
    values: (target, prediction) => crossentropy.values(targetClass(target, prediction), prediction),
  });
  return { ...mean, finish: (sums) => Math.exp(meanOf(sums)) };
}
