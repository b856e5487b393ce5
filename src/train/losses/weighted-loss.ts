import { explain, ShapeError } from "../../errors.ts";
import type { Tensor } from "../../graph/index.ts";
import { guard, type Weighting, weightedMean } from "../weighting.ts";
import type { LossFunction } from "./loss.ts";

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
  const unreduced = values(guard(target, weighting), guard(prediction, weighting));
  if (unreduced.rank === 0 || unreduced.shape[0] !== prediction.shape[0]) {
    const expected = `a loss to give one value per row, [${prediction.shape[0]}, …]`;
    const remedy = "leave the mean over the batch to the training, which knows weights and masks";
    throw new ShapeError(explain({ expected, got: `shape [${unreduced.shape.join(", ")}]`, remedy }));
  }
  return weightedMean(unreduced, weighting);
}
