import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const signOp = defineElementwise({
  name: "sign",
  scalar: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  // constant almost everywhere
  gradient: () => [undefined],
});

/** −1, 0 or 1 as each element is negative, zero or positive; NaN stays NaN. Its gradient is 0. */
export function sign(x: Tensor): Tensor {
  return applyOne(signOp, [x], null);
}
