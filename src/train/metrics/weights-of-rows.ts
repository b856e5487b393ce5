import { reshape, type Tensor } from "../../graph/index.ts";
import { type Weighting, weightsIn } from "../weighting.ts";

/** How many outputs predictions [batch, …, outputs] have, and the weight of each row of them, [rows, 1]. */
export function weightsOfRows(prediction: Tensor, weighting: Weighting) {
  const isFlat = prediction.rank < 2;
  const outputs = isFlat ? 1 : prediction.shape.at(-1)!;
  const entries = isFlat ? prediction.shape : prediction.shape.slice(0, -1);
  return { outputs, weights: reshape(weightsIn(entries, weighting), [-1, 1]) };
}
