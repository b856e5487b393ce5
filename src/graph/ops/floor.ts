import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const floorOp = defineElementwise({
  name: "floor",
  scalar: Math.floor,
  // constant almost everywhere
  gradient: () => [undefined],
});

/** Each element rounded down. Its gradient is 0. */
export function floor(x: Tensor): Tensor {
  return applyOne(floorOp, [x], null);
}
