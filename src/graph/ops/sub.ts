import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";
import { neg } from "./neg.ts";

export const subOp = defineElementwise({
  name: "sub",
  scalar: (a, b) => a - b,
  // d(a − b) = da − db
  gradient: (cotangent) => [cotangent, neg(cotangent)],
});

/** Difference of each pair of elements; shapes broadcast. */
export function sub(a: Operand, b: Operand): Tensor {
  return applyBroadcast(subOp, [a, b]);
}
