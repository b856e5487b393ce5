import { type Unary, unary } from "../elementwise.ts";
import { mul } from "./mul.ts";
import { sign } from "./sign.ts";

/** Absolute value of each element. */
export const abs: Unary = unary({
  name: "abs",
  scalar: Math.abs,
  // d|x| = sign x dx, taken as 0 at 0
  gradient: (cotangent, _y, x) => [mul(cotangent, sign(x!))],
});
