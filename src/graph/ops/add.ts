import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";

export const addOp = defineElementwise({
  name: "add",
  scalar: (a, b) => a + b,
  // d(a + b) = da + db
  gradient: (cotangent) => [cotangent, cotangent],
});

/** Sum of each pair of elements; shapes broadcast. */
export function add(a: Operand, b: Operand): Tensor {
  return applyBroadcast(addOp, [a, b]);
}
