import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";
import { lessEqual } from "./less-equal.ts";
import { select } from "./select.ts";

export const maximumOp = defineElementwise({
  name: "maximum",
  scalar: Math.max,
  // the larger operand takes the gradient, the first one when they are equal
  gradient: (cotangent, _y, a, b) => [select(lessEqual(b!, a!), cotangent, 0), select(lessEqual(b!, a!), 0, cotangent)],
});

/** The larger of each pair of elements, NaN if one is NaN; shapes broadcast. */
export function maximum(a: Operand, b: Operand): Tensor {
  return applyBroadcast(maximumOp, [a, b]);
}
