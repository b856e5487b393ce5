import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { resolveAxis, type Shape, showShape, type Tensor } from "../tensor.ts";
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
  infer([x], attributes) {
    requireInside(x!.shape, attributes);
    return [{ shape: attributes.sizes, dtype: x!.dtype }];
  },
  // What was not taken has gradient 0.
  gradient: ({ inputs: [x], attributes, cotangents: [cotangent] }) => [unslice(cotangent!, x!.shape, attributes)],
};

/** Throws unless the slice takes elements of `shape` alone, each at most once. */
export function requireInside(shape: Shape, { starts, sizes, steps }: SliceAttributes): void {
  const lists = [starts, sizes, steps];
  const isInside = shape.every((length, axis) => {
    const [start, size, step] = lists.map((list) => list[axis]!) as [number, number, number];
    if (size === 0) return true;
    const last = start + (size - 1) * step;
    return start >= 0 && start < length && size > 0 && last >= 0 && last < length && (step !== 0 || size === 1);
  });
  const isWhole = lists.every((list) => list.length === shape.length && list.every(Number.isInteger));
  if (isInside && isWhole) return;
  const got = `start ${showShape(starts)}, size ${showShape(sizes)}, step ${showShape(steps)}`;
  throw new ShapeError(explain({ expected: `a slice inside ${showShape(shape)}`, got }));
}

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
