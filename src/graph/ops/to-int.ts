import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const toIntOp = defineElementwise({
  name: "toInt",
  scalar: Math.trunc,
  to: "int32",
  gradient: () => [undefined],
});

/** A float32 tensor rounded towards zero to int32; an int32 tensor as it is. It has no gradient. */
export function toInt(x: Tensor): Tensor {
  return x.dtype === "int32" ? x : applyOne(toIntOp, [x], null);
}
