import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const negOp = defineElementwise({
  name: "neg",
  scalar: (x) => -x,
  // d(−x) = −dx
  gradient: (cotangent) => [neg(cotangent)],
});

/** The negative of each element. */
export function neg(x: Tensor): Tensor {
  return applyOne(negOp, [x], null);
}
