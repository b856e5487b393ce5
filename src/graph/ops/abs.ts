import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./mul.ts";
import { sign } from "./sign.ts";

export const absOp = defineElementwise({
  name: "abs",
  scalar: Math.abs,
  // d|x| = sign x dx, taken as 0 at 0
  gradient: (cotangent, _y, x) => [mul(cotangent, sign(x!))],
});

/** Absolute value of each element. */
export function abs(x: Tensor): Tensor {
  return applyOne(absOp, [x], null);
}
