import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { div } from "./div.ts";

export const logOp = defineElementwise({
  name: "log",
  scalar: Math.log,
  // d log x = dx / x
  gradient: (cotangent, _y, x) => [div(cotangent, x!)],
});

/** Natural logarithm of each element. */
export function log(x: Tensor): Tensor {
  return applyOne(logOp, [x], null);
}
