import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const toFloatOp = defineElementwise({
  name: "toFloat",
  scalar: (x) => x,
  from: "int32",
  gradient: () => [undefined],
});

/** An int32 tensor as float32; a float32 tensor as it is. */
export function toFloat(x: Tensor): Tensor {
  return x.dtype === "float32" ? x : applyOne(toFloatOp, [x], null);
}
