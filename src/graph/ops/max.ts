import { applyOne, type Op, requireDType } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";
import { keptShape, type ReduceOptions, reducedAxes, reducedShape } from "./reduce-axes.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

export const maxOp: Op<{ readonly axes: readonly number[] }> = {
  name: "max",
  pure: true,
  infer([x], { axes }) {
    requireDType(x!, "float32", "max()");
    return [{ shape: reducedShape(x!.shape, axes), dtype: "float32" }];
  },
  // The largest element takes the gradient; equal ones share it.
  gradient({ inputs: [x], outputs: [y], attributes: { axes }, cotangents: [cotangent] }) {
    const kept = keptShape(x!.shape, axes);
    const isMax = equal(x!, broadcastTo(reshape(y!, kept), x!.shape));
    const share = div(reshape(cotangent!, kept), sum(isMax, { axes, keepDims: true }));
    return [mul(isMax, share)];
  },
};

/** Largest element over `axes` (all by default); −∞ over no elements, NaN if one is NaN. */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = reducedAxes(x, options, "max");
  if (axes.length === 0) return x;
  const result = applyOne(maxOp, [x], { axes });
  return options.keepDims ? reshape(result, keptShape(x.shape, axes)) : result;
}
