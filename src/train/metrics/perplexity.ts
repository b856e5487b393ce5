import { rejectUnknown } from "../../errors.ts";
import type { Tensor } from "../../graph/index.ts";
import { sparseCategoricalCrossentropy } from "../losses/sparse-categorical-crossentropy.ts";
import { lossMetric } from "./loss-metric.ts";
import { meanOf } from "./mean-of.ts";
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
  const values = (target: Tensor, prediction: Tensor) =>
    crossentropy.values(targetClass(target, prediction), prediction);
  const finish = (sums: ArrayLike<number>) => Math.exp(meanOf(sums));
  return { ...lossMetric({ ...crossentropy, values }), name, config: { name }, finish };
}
