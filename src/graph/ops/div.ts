import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

export const divOp = defineElementwise({
  name: "div",
  scalar: (a, b) => a / b,
  // y = a/b  ⇒  dy = da/b − (y/b) db
  gradient: (cotangent, y, _a, b) => [div(cotangent, b!), neg(div(mul(cotangent, y), b!))],
});

/** Quotient of each pair of elements; shapes broadcast. */
export function div(a: Operand, b: Operand): Tensor {
  return applyBroadcast(divOp, [a, b]);
}
