import { applyOne, type Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const spareOp: Op<null> = {
  name: "spare",
  pure: true,
  infer: ([x]) => [x!],
  gradient: ({ cotangents: [cotangent] }) => [cotangent, undefined],
};

/**
 * `x` itself. Where `mask`, one number for each row, is 0, nothing depends on it, and any finite number in its place
 * will do: an engine may spare itself the work.
 */
export function spare(x: Tensor, mask: Tensor): Tensor {
  return applyOne(spareOp, [x, mask], null);
}
