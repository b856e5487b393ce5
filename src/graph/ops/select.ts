import { applyBroadcast, elementwise } from "../elementwise.ts";
import { type Op, requireDType, requireEqualShapes } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import type { Operand } from "./broadcast.ts";

export const selectOp: Op<null> = {
  ...elementwise({
    name: "select",
    scalar: (condition, a, b) => (condition !== 0 ? a! : b!),
    // Each branch takes the gradient where it was taken, and exactly 0 (never 0 · NaN) where it was not.
    gradient: (cotangent, _y, condition) => [
      undefined,
      select(condition!, cotangent, 0),
      select(condition!, 0, cotangent),
    ],
  }),
  // Unlike other elementwise ops, it passes int32 through.
  infer(inputs) {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor];
    requireDType(condition, "float32", "the condition of select()");
    requireDType(b, a.dtype, "both branches of select()");
    return [{ shape: requireEqualShapes(inputs, "select()"), dtype: a.dtype }];
  },
};

/**
 * `a` where `condition` is not 0, else `b`: the other branch may hold NaN and leaves no trace. `a` and `b` are of one
 * dtype, which the result has. Shapes broadcast.
 */
export function select(condition: Operand, a: Operand, b: Operand): Tensor {
  return applyBroadcast(selectOp, [condition, a, b]);
}
