import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { sin } from "./sin.ts";

export const cosOp = defineElementwise({
  name: "cos",
  scalar: Math.cos,
  // d cos x = −sin x dx
  gradient: (cotangent, _y, x) => [neg(mul(cotangent, sin(x!)))],
});

/** Cosine of each element, in radians. */
export function cos(x: Tensor): Tensor {
  return applyOne(cosOp, [x], null);
}
