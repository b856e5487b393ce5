import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { resolveAxis, showShape, type Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";
import { unslice } from "./unslice.ts";

/** Along each axis: the first index, how many, and the step between them (negative: backwards). */
export interface SliceAttributes {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

export const sliceOp: Op<SliceAttributes> = {
  name: "slice",
  pure: true,
  infer([x], { starts, sizes, steps }) {
    const inside = x!.shape.every((size, axis) => {
      const first = starts[axis]!;
      const last = first + (sizes[axis]! - 1) * steps[axis]!;
      return sizes[axis] === 0 || (first >= 0 && first < size && last >= 0 && last < size);
    });
    if (inside && sizes.length === x!.rank) return [{ shape: sizes, dtype: x!.dtype }];
    const got = `start ${showShape(starts)}, size ${showShape(sizes)}, step ${showShape(steps)}`;
    throw new ShapeError(explain({ expected: `a slice inside ${showShape(x!.shape)}`, got }));
  },
  // What was not taken has gradient 0.
  gradient: ({ inputs: [x], attributes, cotangents: [cotangent] }) => [
    cotangent && unslice(cotangent, x!.shape, attributes),
  ],
};

/** The part of `x` that begins at `starts` and has `sizes`, taking every `steps`-th element. @param steps @default 1 */
export function slice(
  x: Tensor,
  starts: readonly number[],
  sizes: readonly number[],
  steps: readonly number[] = starts.map(() => 1),
): Tensor {
  return applyOne(sliceOp, [x], { starts, sizes, steps });
}

/** Elements `start` … `start + size − 1` along one axis, or backwards from `start` with step −1. */
export function sliceAxis(x: Tensor, axis: number, start: number, size: number, step = 1): Tensor {
  const along = resolveAxis(axis, x.rank, "sliceAxis");
  const at = <T>(value: T, others: readonly T[]) => others.map((other, i) => (i === along ? value : other));
  const zeros = x.shape.map(() => 0);
  const ones = x.shape.map(() => 1);
  return slice(x, at(start, zeros), at(size, x.shape), at(step, ones));
}

/** One index of an axis, which disappears: `take(x, 1, 0)` is x[:, 0]. A negative index counts from the end. */
export function take(x: Tensor, axis: number, index: number): Tensor {
  const along = resolveAxis(axis, x.rank, "take");
  const at = index < 0 ? index + x.shape[along]! : index;
  const rest = x.shape.filter((_, i) => i !== along);
  return reshape(sliceAxis(x, along, at, 1), rest);
}

/** The elements of one axis in reverse order. */
export function reverse(x: Tensor, axis: number): Tensor {
  const size = x.shape[resolveAxis(axis, x.rank, "reverse")]!;
  return sliceAxis(x, axis, size - 1, size, -1);
}
