import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";

export const selectOp = defineElementwise({
  name: "select",
  scalar: (condition, a, b) => (condition !== 0 ? a! : b!),
  // Each branch takes the gradient where it was taken, and exactly 0 (never 0 · NaN) where it was not.
  gradient: (cotangent, _y, condition) => [
    undefined,
    select(condition!, cotangent, 0),
    select(condition!, 0, cotangent),
  ],
});

/** `a` where `condition` is not 0, else `b`: the other branch may hold NaN and leaves no trace. Shapes broadcast. */
export function select(condition: Operand, a: Operand, b: Operand): Tensor {
  return applyBroadcast(selectOp, [condition, a, b]);
}
