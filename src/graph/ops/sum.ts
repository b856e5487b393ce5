import { applyOne, type Op, requireDType } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast.ts";
import { keptShape, type ReduceOptions, reducedAxes, reducedShape } from "./reduce-axes.ts";
import { reshape } from "./reshape.ts";

export const sumOp: Op<{ readonly axes: readonly number[] }> = {
  name: "sum",
  pure: true,
  infer([x], { axes }) {
    requireDType(x!, "float32", "sum()");
    return [{ shape: reducedShape(x!.shape, axes), dtype: "float32" }];
  },
  // Every summand takes the gradient of the sum.
  gradient({ inputs: [x], attributes: { axes }, cotangents: [cotangent] }) {
    return [broadcastTo(reshape(cotangent!, keptShape(x!.shape, axes)), x!.shape)];
  },
};

/** Sum over `axes` (all by default); 0 over no elements. */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = reducedAxes(x, options, "sum");
  if (axes.length === 0) return x;
  const result = applyOne(sumOp, [x], { axes });
  return options.keepDims ? reshape(result, keptShape(x.shape, axes)) : result;
}
