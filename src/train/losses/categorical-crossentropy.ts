import { rejectUnknown, requireNumber } from "../../errors.ts";
import { add, logSoftmax, mul, neg, sum, type Tensor } from "../../graph/index.ts";
import { requireBoolean } from "../require-boolean.ts";
import { alignTarget } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { logProbabilities, requireClasses } from "./probability.ts";

export interface CategoricalCrossentropyOptions {
  /** The model gives logits rather than probabilities. @default false */
  readonly fromLogits?: boolean;
  /** Spreads this share of each target evenly over all classes. @default 0 */
  readonly labelSmoothing?: number;
}

/**
 * −Σ target · log prediction over the last axis: for targets that are one-hot rows or probabilities, [batch, …, classes].
 * Probabilities are divided by their sum and kept 1e-7 away from 0 and 1.
 */
export function categoricalCrossentropy(options: CategoricalCrossentropyOptions = {}): Loss {
  const name = "categoricalCrossentropy";
  rejectUnknown(`${name}()`, options, ["fromLogits", "labelSmoothing"]);
  const { fromLogits = false, labelSmoothing = 0 } = options;
  requireNumber("labelSmoothing", labelSmoothing, "from 0 to 1", (x) => x >= 0 && x <= 1);
  requireBoolean("fromLogits", fromLogits);

  const crossentropy = (logarithms: (x: Tensor) => Tensor) => (target: Tensor, prediction: Tensor) => {
    requireClasses(prediction, `${name}()`);
    const aligned = alignTarget(target, prediction);
    const classes = prediction.shape.at(-1)!;
    const smooth = labelSmoothing === 0 ? aligned : add(mul(aligned, 1 - labelSmoothing), labelSmoothing / classes);
    return neg(sum(mul(smooth, logarithms(prediction)), { axes: [-1] }));
  };
  const ofLogits = crossentropy(logSoftmax);
  return {
    name,
    config: { name, fromLogits, labelSmoothing },
    targetDType: "float32",
    fromLogits,
    values: fromLogits ? ofLogits : crossentropy(logProbabilities),
    ...(!fromLogits && { logits: { activation: "softmax", values: ofLogits } }),
  };
}
