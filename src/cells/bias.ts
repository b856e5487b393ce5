import { add, type Tensor } from "../graph/index.ts";

/** `x` plus a bias, if there is one. */
export function addBias(x: Tensor, bias: Tensor | undefined): Tensor {
  return bias === undefined ? x : add(x, bias);
}
