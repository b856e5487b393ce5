import { explain, ShapeError } from "../../errors.ts";
import { apply, type Op } from "../op.ts";
import { resolveAxis, showShape, type Tensor, withSize } from "../tensor.ts";
import { concat } from "./concat.ts";
import { full } from "./full.ts";

export interface SplitAttributes {
  readonly axis: number;
  /** Of the parts along the axis; together they are all of it. */
  readonly sizes: readonly number[];
}

export const splitOp: Op<SplitAttributes> = {
  name: "split",
  pure: true,
  infer: ([x], { axis, sizes }) => sizes.map((size) => ({ shape: withSize(x!.shape, axis, size), dtype: x!.dtype })),
  // The gradients of the parts side by side; a part that was not used has gradient 0.
  gradient({ outputs, attributes: { axis }, cotangents }) {
    return [
      concat(
        outputs.map((part, i) => cotangents[i] ?? full(part.shape, 0)),
        axis,
      ),
    ];
  },
};

/** A tuple of `N` tensors. */
type Tuple<N extends number, Built extends Tensor[] = []> = number extends N
  ? Tensor[]
  : Built["length"] extends N
    ? Built
    : Tuple<N, [...Built, Tensor]>;

/** Cuts `axis` into `parts` equal parts. @param axis @default -1 */
export function split<N extends number>(x: Tensor, parts: N, axis = -1): Tuple<N> {
  const along = resolveAxis(axis, x.rank, "split");
  const size = x.shape[along]!;
  if (!Number.isInteger(parts) || parts < 1 || size % parts !== 0) {
    const expected = `split() to cut axis ${along} of ${showShape(x.shape)} into equal parts`;
    throw new ShapeError(explain({ expected, got: `${parts} parts of ${size}` }));
  }
  return splitInto(x, new Array<number>(parts).fill(size / parts), along) as Tuple<N>;
}

/** Cuts `axis`, counted from the front, into parts of these sizes, which add up to all of it. */
export function splitInto(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  return apply(splitOp, [x], { axis, sizes });
}
