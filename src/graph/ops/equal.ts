import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";

export const equalOp = defineElementwise({
  name: "equal",
  scalar: (a, b) => (a === b ? 1 : 0),
  // constant almost everywhere
  gradient: () => [undefined, undefined],
});

/** 1 where a = b, else 0 (also when one is NaN); shapes broadcast. Its gradient is 0. */
export function equal(a: Operand, b: Operand): Tensor {
  return applyBroadcast(equalOp, [a, b]);
}
