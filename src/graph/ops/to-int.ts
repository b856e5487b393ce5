import { elementwise } from "../elementwise.ts";
import { applyOne } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const toIntOp = elementwise({
  name: "toInt",
  scalar: Math.trunc,
  to: "int32",
});

/** A float32 tensor rounded towards zero to int32; an int32 tensor as it is. It has no gradient. */
export function toInt(x: Tensor): Tensor {
  return x.dtype === "int32" ? x : applyOne(toIntOp, [x], null);
}
