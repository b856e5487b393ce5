import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./mul.ts";

export const expOp = defineElementwise({
  name: "exp",
  scalar: Math.exp,
  // y = eˣ  ⇒  dy = y dx
  gradient: (cotangent, y) => [mul(cotangent, y)],
});

/** Exponential of each element. */
export function exp(x: Tensor): Tensor {
  return applyOne(expOp, [x], null);
}
