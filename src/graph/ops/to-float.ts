import { elementwise } from "../elementwise.ts";
import { applyOne } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const toFloatOp = elementwise({
  name: "toFloat",
  scalar: (x) => x,
  from: "int32",
});

/** An int32 tensor as float32; a float32 tensor as it is. */
export function toFloat(x: Tensor): Tensor {
  return x.dtype === "float32" ? x : applyOne(toFloatOp, [x], null);
}
