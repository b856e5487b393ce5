import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { cos } from "./cos.ts";
import { mul } from "./mul.ts";

export const sinOp = defineElementwise({
  name: "sin",
  scalar: Math.sin,
  // d sin x = cos x dx
  gradient: (cotangent, _y, x) => [mul(cotangent, cos(x!))],
});

/** Sine of each element, in radians. */
export function sin(x: Tensor): Tensor {
  return applyOne(sinOp, [x], null);
}
