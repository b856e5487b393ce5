import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";

export const sqrtOp = defineElementwise({
  name: "sqrt",
  scalar: Math.sqrt,
  // y = √x  ⇒  dy = dx / 2y
  gradient: (cotangent, y) => [div(mul(0.5, cotangent), y)],
});

/** Square root of each element. */
export function sqrt(x: Tensor): Tensor {
  return applyOne(sqrtOp, [x], null);
}
