import { applyOne, type Op } from "../op.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { type SliceAttributes, slice } from "./slice.ts";

export const unsliceOp: Op<SliceAttributes & { readonly shape: Shape }> = {
  name: "unslice",
  pure: true,
  infer: ([x], { shape }) => [{ shape, dtype: x!.dtype }],
  // What was written takes its gradient back; the zeros around it were constants.
  gradient: ({ attributes: { starts, sizes, steps }, cotangents: [cotangent] }) => [
    cotangent && slice(cotangent, starts, sizes, steps),
  ],
};

/** The transpose of `slice`: zeros of `shape` with `x` written where that slice reads. */
export function unslice(x: Tensor, shape: Shape, { starts, sizes, steps }: SliceAttributes): Tensor {
  return applyOne(unsliceOp, [x], { shape, starts, sizes, steps });
}

/** `x` with `before[i]` zeros in front of axis i and `after[i]` behind it. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const shape = x.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  return unslice(x, shape, { starts: before, sizes: x.shape, steps: x.shape.map(() => 1) });
}
