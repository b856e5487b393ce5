import { explain, ShapeError } from "../../errors.ts";
import { apply, type Op } from "../op.ts";
import { resolveAxis, showShape, type Tensor } from "../tensor.ts";
import { concat } from "./concat.ts";
import { full } from "./full.ts";

export const splitOp: Op<{ readonly axis: number; readonly parts: number }> = {
  name: "split",
  pure: true,
  infer([x], { axis, parts }) {
    const size = x!.shape[axis]!;
    if (!Number.isInteger(parts) || parts < 1 || size % parts !== 0) {
      const expected = `split() to cut axis ${axis} of ${showShape(x!.shape)} into equal parts`;
      throw new ShapeError(explain({ expected, got: `${parts} parts of ${size}` }));
    }
    const shape = x!.shape.map((full, i) => (i === axis ? size / parts : full));
    return Array.from({ length: parts }, () => ({ shape, dtype: x!.dtype }));
  },
  // The gradients of the parts side by side; a part that was not used has gradient 0.
  gradient({ outputs, attributes: { axis }, cotangents }) {
    if (cotangents.every((cotangent) => cotangent === undefined)) return [undefined];
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
  return apply(splitOp, [x], { axis: resolveAxis(axis, x.rank, "split"), parts }) as Tuple<N>;
}
