import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { requireShape, type Shape, sameShape, showShape, sizeOf, type Tensor } from "../tensor.ts";

export const reshapeOp: Op<{ readonly shape: Shape }> = {
  name: "reshape",
  pure: true,
  infer([x], { shape }) {
    requireShape(shape, "the shape of reshape()");
    if (sizeOf(shape) === x!.size) return [{ shape, dtype: x!.dtype }];
    const expected = `reshape() to ${showShape(shape)} to get ${sizeOf(shape)} elements`;
    throw new ShapeError(explain({ expected, got: `${x!.size} in ${showShape(x!.shape)}` }));
  },
  gradient: ({ inputs: [x], cotangents: [cotangent] }) => [reshape(cotangent!, x!.shape)],
};

/** The same elements in row-major order under another shape. One size may be −1: it is worked out. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const given = shape.filter((size) => size !== -1);
  if (given.length < shape.length - 1) {
    throw new ShapeError(explain({ expected: "reshape() to get one size of -1 at most", got: showShape(shape) }));
  }
  const known = sizeOf(given);
  const resolved = shape.map((size) => (size === -1 ? x.size / Math.max(known, 1) : size));
  return sameShape(resolved, x.shape) ? x : applyOne(reshapeOp, [x], { shape: resolved });
}
