import { applyOne, defineElementwise } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { div } from "./div.ts";

export const log1pOp = defineElementwise({
  name: "log1p",
  scalar: Math.log1p,
  // d log(1 + x) = dx / (1 + x)
  gradient: (cotangent, _y, x) => [div(cotangent, add(1, x!))],
});

/** log(1 + x) of each element, exact for small x. */
export function log1p(x: Tensor): Tensor {
  return applyOne(log1pOp, [x], null);
}
