import { defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { applyBroadcast, type Operand } from "./broadcast.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

export const powOp = defineElementwise({
  name: "pow",
  scalar: (a, b) => a ** b,
  // y = aᵇ  ⇒  dy = b aᵇ⁻¹ da + y log a db
  gradient: (cotangent, y, a, b) => [mul(cotangent, mul(b!, pow(a!, sub(b!, 1)))), mul(cotangent, mul(y, log(a!)))],
});

/** a to the power b for each pair of elements; shapes broadcast. */
export function pow(a: Operand, b: Operand): Tensor {
  return applyBroadcast(powOp, [a, b]);
}
