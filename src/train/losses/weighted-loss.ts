import type { Tensor } from "../../graph/index.ts";
import { guard, type Weighting, weightedMean } from "../weighting.ts";
import type { Loss, LossFunction } from "./loss.ts";
import { unreduced } from "./mean-loss.ts";

/**
 * The loss of a batch as a scalar: `values` of a loss (or of its `logits`), weighted, masked and averaged; see
 * `weightedMean`. Where the mask or a weight of 0 excludes an entry, target and prediction may be NaN.
 */
export function weightedLoss(
  values: LossFunction,
  target: Tensor,
  prediction: Tensor,
  weighting: Weighting = {},
): Tensor {
  return weightedMean(unreduced(values, guard(target, weighting), guard(prediction, weighting)), weighting);
}

/** The same for a loss of whole sequences, whose `values` get the mask: a mean over rows. */
export function weightedSequenceLoss(
  values: Loss["values"],
  target: Tensor,
  prediction: Tensor,
  weighting: Weighting = {},
): Tensor {
  return weightedMean(sequenceValues(values, target, prediction, weighting), rowWeighting(weighting));
}

/** One value per row of a loss of whole sequences. */
export function sequenceValues(
  values: Loss["values"],
  target: Tensor,
  prediction: Tensor,
  weighting: Weighting,
): Tensor {
  return values(guard(target, rowWeighting(weighting)), guard(prediction, weighting), weighting.mask);
}

/** The weights of rows, without the mask of steps. */
export function rowWeighting({ sampleWeight }: Weighting): Weighting {
  return sampleWeight ? { sampleWeight } : {};
}
