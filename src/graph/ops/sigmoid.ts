import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

export const sigmoidOp = defineElementwise({
  name: "sigmoid",
  scalar: (x) => 1 / (1 + Math.exp(-x)),
  // y = 1/(1 + e⁻ˣ)  ⇒  dy = y (1 − y) dx
  gradient: (cotangent, y) => [mul(cotangent, mul(y, sub(1, y)))],
});

/** Logistic function 1 / (1 + e⁻ˣ) of each element. */
export function sigmoid(x: Tensor): Tensor {
  return applyOne(sigmoidOp, [x], null);
}
