import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { resolveAxis, showShape, type Tensor } from "../tensor.ts";

export const transposeOp: Op<{ readonly order: readonly number[] }> = {
  name: "transpose",
  pure: true,
  infer([x], { order }) {
    const sorted = [...order].sort((a, b) => a - b);
    if (order.length === x!.rank && sorted.every((axis, index) => axis === index)) {
      return [{ shape: order.map((axis) => x!.shape[axis]!), dtype: x!.dtype }];
    }
    const expected = `transpose() to get each of the ${x!.rank} axes of ${showShape(x!.shape)} once`;
    throw new ShapeError(explain({ expected, got: showShape(order) }));
  },
  // The gradient goes back by the inverse order.
  gradient({ attributes: { order }, cotangents: [cotangent] }) {
    const inverse = order.map((_, axis) => order.indexOf(axis));
    return [transpose(cotangent!, inverse)];
  },
};

/** Axes in another order: axis i of the result is axis `order[i]` of `x`. @param order @default reversed */
export function transpose(x: Tensor, order: readonly number[] = x.shape.map((_, axis) => x.rank - 1 - axis)): Tensor {
  return order.every((axis, index) => axis === index) && order.length === x.rank
    ? x
    : applyOne(transposeOp, [x], { order });
}

/** Exchanges two axes; negative ones count from the end. */
export function swapAxes(x: Tensor, a: number, b: number): Tensor {
  const order = x.shape.map((_, axis) => axis);
  const [first, second] = [resolveAxis(a, x.rank, "swapAxes"), resolveAxis(b, x.rank, "swapAxes")];
  [order[first], order[second]] = [second, first];
  return transpose(x, order);
}
