import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { requireShape, type Shape, sameShape, showShape, type Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

/** A tensor, or a number that takes the shape of the other operands. */
export type Operand = Tensor | number;

export const broadcastOp: Op<{ readonly shape: Shape }> = {
  name: "broadcast",
  pure: true,
  infer: ([x], { shape }) => [{ shape, dtype: x!.dtype }],
  // An element used many times takes the sum of the gradients of its uses.
  gradient({ inputs: [x], attributes: { shape }, cotangents: [cotangent] }) {
    const added = shape.length - x!.rank;
    const axes = shape.map((_, axis) => axis).filter((axis) => axis < added || x!.shape[axis - added] !== shape[axis]);
    return [reshape(sum(cotangent!, { axes }), x!.shape)];
  },
};

/** Repeats `x` along new leading axes and along axes of size 1, until it has `shape` (NumPy's broadcasting rule). */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  requireShape(shape, "the shape of broadcastTo()");
  if (sameShape(x.shape, shape)) return x;
  const added = shape.length - x.rank;
  const fits = added >= 0 && x.shape.every((size, axis) => size === 1 || size === shape[axis + added]);
  if (fits) return applyOne(broadcastOp, [x], { shape });
  throw new ShapeError(
    explain({ expected: `a shape that broadcasts to ${showShape(shape)}`, got: showShape(x.shape) }),
  );
}

/** The shape that operands of these shapes have together. */
export function broadcastShape(shapes: readonly Shape[], owner: string): Shape {
  let joint = shapes[0]!;
  for (let i = 1; i < shapes.length; i++) {
    if (!sameShape(joint, shapes[i]!)) joint = broadcastPair(joint, shapes[i]!, shapes, owner);
  }
  return joint;
}

/** The shape that two of `shapes` have together. */
function broadcastPair(a: Shape, b: Shape, shapes: readonly Shape[], owner: string): Shape {
  const rank = Math.max(a.length, b.length);
  const joint = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const size = a[axis - rank + a.length] ?? 1;
    const other = b[axis - rank + b.length] ?? 1;
    joint[axis] = size === 1 ? other : size;
    if (other === 1 || other === joint[axis]) continue;
    throw new ShapeError(
      explain({
        expected: `${owner}() to get shapes that broadcast`,
        got: shapes.map(showShape).join(" and "),
        remedy: `axis ${axis - rank} must have equal sizes, or 1`,
      }),
    );
  }
  return joint;
}
