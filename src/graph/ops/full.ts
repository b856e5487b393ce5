import { applyOne, type Op } from "../op.ts";
import { requireShape, type Shape, type Tensor } from "../tensor.ts";

export const fullOp: Op<{ readonly shape: Shape; readonly value: number }> = {
  name: "full",
  pure: true,
  infer: (_inputs, { shape }) => [{ shape, dtype: "float32" }],
};

/** A tensor in which every element is `value`. */
export function full(shape: Shape, value: number): Tensor {
  requireShape(shape, "the shape of full()");
  return applyOne(fullOp, [], { shape, value });
}

/** The value of a tensor made by `full`, or `undefined` for any other. */
export function fullValue(x: Tensor): number | undefined {
  return x.node.op === fullOp ? (x.node.attributes as { readonly value: number }).value : undefined;
}
