import { type Unary, unary } from "../elementwise.ts";
import { div } from "./div.ts";

/** Natural logarithm of each element. */
export const log: Unary = unary({
  name: "log",
  scalar: Math.log,
  // d log x = dx / x
  gradient: (cotangent, _y, x) => [div(cotangent, x!)],
});
