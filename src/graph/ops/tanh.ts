import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

export const tanhOp = defineElementwise({
  name: "tanh",
  scalar: Math.tanh,
  // y = tanh x  ⇒  dy = (1 − y²) dx
  gradient: (cotangent, y) => [mul(cotangent, sub(1, mul(y, y)))],
});

/** Hyperbolic tangent of each element. */
export function tanh(x: Tensor): Tensor {
  return applyOne(tanhOp, [x], null);
}
