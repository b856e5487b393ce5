import { explain, ShapeError } from "../../errors.ts";
import { mean, type Tensor, toFloat } from "../../graph/index.ts";
import type { LossFunction } from "./loss.ts";

/** The loss of a batch all of which counts once, as a scalar; else see `weightedLoss`. */
export function meanLoss(values: LossFunction, target: Tensor, prediction: Tensor): Tensor {
  return mean(unreduced(values, toFloat(target), toFloat(prediction)));
}

/** What `values` gives, which must be at least one number per row. */
export function unreduced(values: LossFunction, target: Tensor, prediction: Tensor): Tensor {
  const made = values(target, prediction);
  if (made.rank > 0 && made.shape[0] === prediction.shape[0]) return made;
  const expected = `a loss to give one value per row, [${prediction.shape[0]}, …]`;
  const remedy = "leave the mean over the batch to the training, which knows weights and masks";
  throw new ShapeError(explain({ expected, got: `shape [${made.shape.join(", ")}]`, remedy }));
}
