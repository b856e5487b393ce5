import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { type Shape, sameShape, showShape, sizeOf, type Tensor } from "../tensor.ts";

export const reshapeOp: Op<{ readonly shape: Shape }> = {
  name: "reshape",
  pure: true,
  infer([x], { shape }) {
    if (sizeOf(shape) === x!.size) return [{ shape, dtype: x!.dtype }];
    const expected = `reshape() to ${showShape(shape)} to get ${sizeOf(shape)} elements`;
    throw new ShapeError(explain({ expected, got: `${x!.size} in ${showShape(x!.shape)}` }));
  },
  gradient: ({ inputs: [x], cotangents: [cotangent] }) => [cotangent && reshape(cotangent, x!.shape)],
};

/** The same elements in row-major order under another shape. One size may be −1: it is worked out. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const resolved = shape.map((size) => (size === -1 ? x.size / Math.max(known, 1) : size));
  return sameShape(resolved, x.shape) ? x : applyOne(reshapeOp, [x], { shape: resolved });
}
