import { add, mul, sub, type Tensor } from "../../graph/index.ts";

/** mean + (x − mean)·(1 − β): the mean moved a little towards x. */
export function runningMean(mean: Tensor, x: Tensor, beta: number): Tensor {
  return add(mean, mul(sub(x, mean), 1 - beta));
}
