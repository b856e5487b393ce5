import { applyOne, type Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const stopGradientOp: Op<null> = {
  name: "stopGradient",
  pure: true,
  infer: ([x]) => [x!],
};

/** `x` itself, taken for a constant by `gradients`. */
export function stopGradient(x: Tensor): Tensor {
  return applyOne(stopGradientOp, [x], null);
}
