import { type Unary, unary } from "../elementwise.ts";
import { add } from "./add.ts";
import { div } from "./div.ts";

/** log(1 + x) of each element, exact for small x. */
export const log1p: Unary = unary({
  name: "log1p",
  scalar: Math.log1p,
  // d log(1 + x) = dx / (1 + x)
  gradient: (cotangent, _y, x) => [div(cotangent, add(1, x!))],
});
