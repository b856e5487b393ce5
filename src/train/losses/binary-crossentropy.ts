import { rejectUnknown, requireNumber } from "../../errors.ts";
import { add, clip, log, mul, neg, softplus, sub, type Tensor } from "../../graph/index.ts";
import { requireBoolean } from "../require-boolean.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { EPSILON } from "./probability.ts";

export interface BinaryCrossentropyOptions {
  /** The model gives logits rather than probabilities. @default false */
  readonly fromLogits?: boolean;
  /** Moves targets this far from 0 and 1 towards ½: a target t becomes t·(1 − s) + ½s. @default 0 */
  readonly labelSmoothing?: number;
}

/**
 * −t log p − (1 − t) log(1 − p), averaged over the last axis: for targets of 0 or 1, one question per output.
 * Probabilities are kept 1e-7 away from 0 and 1.
 */
export function binaryCrossentropy(options: BinaryCrossentropyOptions = {}): Loss {
  const name = "binaryCrossentropy";
  rejectUnknown(`${name}()`, options, ["fromLogits", "labelSmoothing"]);
  const { fromLogits = false, labelSmoothing = 0 } = options;
  requireNumber("labelSmoothing", labelSmoothing, "from 0 to 1", (x) => x >= 0 && x <= 1);
  requireBoolean("fromLogits", fromLogits);

  const smooth = (target: Tensor, prediction: Tensor) => {
    const aligned = alignTarget(target, prediction);
    return labelSmoothing === 0 ? aligned : add(mul(aligned, 1 - labelSmoothing), 0.5 * labelSmoothing);
  };
  const ofProbabilities = (target: Tensor, prediction: Tensor) => {
    const t = smooth(target, prediction);
    const p = clip(prediction, EPSILON, 1 - EPSILON);
    return meanOverLast(neg(add(mul(t, log(p)), mul(sub(1, t), log(sub(1, p))))));
  };
  // With p = σ(x) the loss is log(1 + eˣ) − t x.
  const ofLogits = (target: Tensor, x: Tensor) => meanOverLast(sub(softplus(x), mul(x, smooth(target, x))));
  return {
    name,
    config: { name, fromLogits, labelSmoothing },
    targetDType: "float32",
    fromLogits,
    values: fromLogits ? ofLogits : ofProbabilities,
    ...(!fromLogits && { logits: { activation: "sigmoid", values: ofLogits } }),
  };
}
