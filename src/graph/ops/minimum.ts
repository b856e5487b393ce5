import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";
import { lessEqual } from "./less-equal.ts";
import { select } from "./select.ts";

export const minimumOp = defineElementwise({
  name: "minimum",
  scalar: Math.min,
  // the smaller operand takes the gradient, the first one when they are equal
  gradient: (cotangent, _y, a, b) => [select(lessEqual(a!, b!), cotangent, 0), select(lessEqual(a!, b!), 0, cotangent)],
});

/** The smaller of each pair of elements, NaN if one is NaN; shapes broadcast. */
export function minimum(a: Operand, b: Operand): Tensor {
  return applyBroadcast(minimumOp, [a, b]);
}
