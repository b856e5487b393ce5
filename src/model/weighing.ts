/**
 * What counts of a batch, and how much, where that is not everything once. It loads with the first such batch, and with
 * losses that are more than a mean over steps.
 */
import { logitsOf } from "../cells/activations.ts";
import { mul, type Shape, type Tensor } from "../graph/index.ts";
import { expandMask } from "../layers/mask.ts";
import type { Value } from "../layers/value.ts";
import { type Loss, requireLogits } from "../train/losses/loss.ts";
import { weightedLoss, weightedSequenceLoss } from "../train/losses/weighted-loss.ts";
import type { Weighting } from "../train/weighting.ts";
import type { BatchShapes } from "./computations.ts";
import type { Head } from "./objective.ts";

/** The weighting of one output, and which of its targets there are, [batch, time] or more axes. */
export interface Counting extends Weighting {
  readonly present?: Tensor | undefined;
}

/** How each output counts. @param source makes an input of the computation */
export function countingsOf(
  heads: readonly Head[],
  values: readonly Value[],
  { sampleWeight, present }: BatchShapes,
  source: (name: string, shape: Shape) => Tensor,
): readonly Counting[] {
  const optional = (name: string, list: readonly (Shape | undefined)[]) =>
    heads.map(({ output }, i) => list[i] && source(`${output} ${name}`, list[i]));
  const weights = optional("sampleWeight", sampleWeight);
  const there = optional("present", present);
  return heads.map((_, i) => {
    const mask = bothOf(values[i]!.mask, there[i]);
    return { ...(weights[i] && { sampleWeight: weights[i] }), ...(mask && { mask }), present: there[i] };
  });
}

/** What counts for both: a mask [batch, time] and which targets there are. */
function bothOf(mask: Tensor | undefined, present: Tensor | undefined): Tensor | undefined {
  return mask && present ? mul(expandMask(mask, present), present) : (mask ?? present);
}

/** The mean of a loss over what counts, as a scalar. */
export function weigh(
  loss: Loss,
  values: Loss["values"],
  target: Tensor,
  prediction: Tensor,
  counting: Counting,
): Tensor {
  requireLogits(loss, logitsOf(prediction)?.activation);
  return (loss.ofSequences ? weightedSequenceLoss : weightedLoss)(values, target, prediction, counting);
}
