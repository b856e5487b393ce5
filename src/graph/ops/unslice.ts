import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { type Shape, sameShape, showShape, type Tensor } from "../tensor.ts";
import { requireInside, type SliceAttributes, slice } from "./slice.ts";

export const unsliceOp: Op<SliceAttributes & { readonly shape: Shape }> = {
  name: "unslice",
  pure: true,
  infer([x], { shape, ...part }) {
    requireInside(shape, part);
    if (sameShape(x!.shape, part.sizes)) return [{ shape, dtype: x!.dtype }];
    throw new ShapeError(
      explain({ expected: `unslice() to get shape ${showShape(part.sizes)}`, got: showShape(x!.shape) }),
    );
  },
  // What was written takes its gradient back; the zeros around it were constants.
  gradient: ({ attributes: { starts, sizes, steps }, cotangents: [cotangent] }) => [
    slice(cotangent!, starts, sizes, steps),
  ],
};

/** The transpose of `slice`: zeros of `shape` with `x` written where that slice reads. */
export function unslice(x: Tensor, shape: Shape, { starts, sizes, steps }: SliceAttributes): Tensor {
  return applyOne(unsliceOp, [x], { shape, starts, sizes, steps });
}

/** `x` with `before[i]` zeros in front of axis i and `after[i]` behind it. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const isCount = (count: number) => Number.isInteger(count) && count >= 0;
  if (![before, after].every((list) => list.length === x.rank && list.every(isCount))) {
    const expected = `pad() to get a count of zeros before and after each axis of ${showShape(x.shape)}`;
    throw new ShapeError(explain({ expected, got: `${showShape(before)} and ${showShape(after)}` }));
  }
  const shape = x.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  return unslice(x, shape, { starts: before, sizes: x.shape, steps: x.shape.map(() => 1) });
}
