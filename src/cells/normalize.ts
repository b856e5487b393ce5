import { add, div, mean, sqrt, square, sub, type Tensor } from "../graph/index.ts";

/** Keeps the division finite where all values of a row are equal; PyTorch's default. */
const EPSILON = 1e-5;

/** x [..., size] with mean 0 and variance 1 along its last axis. @param epsilon is added to the variance */
export function normalize(x: Tensor, epsilon = EPSILON): Tensor {
  const over = { axes: [-1], keepDims: true };
  const centred = sub(x, mean(x, over));
  return div(centred, sqrt(add(mean(square(centred), over), epsilon)));
}
