import { applyOne, type Op, requireDType } from "../op.ts";
import { resolveAxis, type Tensor } from "../tensor.ts";
import { reducedShape } from "./reduce-axes.ts";

export const argmaxOp: Op<{ readonly axis: number }> = {
  name: "argmax",
  pure: true,
  infer([x], { axis }) {
    requireDType(x!, "float32", "argmax()");
    return [{ shape: reducedShape(x!.shape, [axis]), dtype: "int32" }];
  },
};

/** Position of the largest element along `axis`, the first of equals, as int32. It has no gradient. @param axis @default -1 */
export function argmax(x: Tensor, axis = -1): Tensor {
  return applyOne(argmaxOp, [x], { axis: resolveAxis(axis, x.rank, "argmax") });
}
