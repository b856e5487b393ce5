import { applyOne, type Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const labelOp: Op<{ readonly name: string }> = {
  name: "label",
  pure: true,
  infer: ([x]) => [x!],
  gradient: ({ cotangents: [cotangent] }) => [cotangent],
};

/**
 * `x` itself under a name. Inside a scan's step it makes the value of every time step available as
 * `intermediates[name]`, at no cost when nobody asks for it.
 */
export function label(x: Tensor, name: string): Tensor {
  return applyOne(labelOp, [x], { name });
}
