import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";

export const mulOp = defineElementwise({
  name: "mul",
  scalar: (a, b) => a * b,
  // d(ab) = b da + a db
  gradient: (cotangent, _y, a, b) => [mul(cotangent, b!), mul(cotangent, a!)],
});

/** Product of each pair of elements; shapes broadcast. */
export function mul(a: Operand, b: Operand): Tensor {
  return applyBroadcast(mulOp, [a, b]);
}
