import { rejectUnknown, requireNumber } from "../../errors.ts";
import { add, div, logSoftmax, mean, mul, neg, select, sum, type Tensor } from "../../graph/index.ts";
import { requireBoolean } from "../require-boolean.ts";
import type { Loss } from "./loss.ts";
import { alignClasses, logProbabilities, oneHot, requireClasses } from "./probability.ts";

export interface SparseCategoricalCrossentropyOptions {
  /** The model gives logits rather than probabilities. @default false */
  readonly fromLogits?: boolean;
  /** Moves this share of the target from the true class to all classes alike. @default 0 */
  readonly labelSmoothing?: number;
}

/**
 * −log of the probability given to the true class: for targets that are class numbers from 0, [batch, …] or
 * [batch, …, 1]. A number outside the classes is an `OptionError` where all targets count; where masks and weights may leave
 * some out, those that count give NaN.
 */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyOptions = {}): Loss {
  const name = "sparseCategoricalCrossentropy";
  rejectUnknown(`${name}()`, options, ["fromLogits", "labelSmoothing"]);
  const { fromLogits = false, labelSmoothing = 0 } = options;
  requireNumber("labelSmoothing", labelSmoothing, "from 0 to 1", (x) => x >= 0 && x <= 1);
  requireBoolean("fromLogits", fromLogits);

  const crossentropy = (logarithms: (x: Tensor) => Tensor) => (target: Tensor, prediction: Tensor) => {
    requireClasses(prediction, `${name}()`);
    const isTrue = oneHot(alignClasses(target, prediction), prediction.shape.at(-1)!);
    const logs = logarithms(prediction);
    const ofTrue = sum(select(isTrue, logs, 0), { axes: [-1] });
    const picked =
      labelSmoothing === 0
        ? ofTrue
        : add(mul(ofTrue, 1 - labelSmoothing), mul(mean(logs, { axes: [-1] }), labelSmoothing));
    // Divided by the number of classes that matched, 1: without any, 0/0 is NaN instead of a silent 0.
    return neg(div(picked, sum(isTrue, { axes: [-1] })));
  };
  const ofLogits = crossentropy(logSoftmax);
  return {
    name,
    config: { name, fromLogits, labelSmoothing },
    targetDType: "int32",
    fromLogits,
    values: fromLogits ? ofLogits : crossentropy(logProbabilities),
    ...(!fromLogits && { logits: { activation: "softmax", values: ofLogits } }),
  };
}
