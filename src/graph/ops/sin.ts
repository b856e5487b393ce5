import { type Unary, unary } from "../elementwise.ts";
import { cos } from "./cos.ts";
import { mul } from "./mul.ts";

/** Sine of each element, in radians. */
export const sin: Unary = unary({
  name: "sin",
  scalar: Math.sin,
  // d sin x = cos x dx
  gradient: (cotangent, _y, x) => [mul(cotangent, cos(x!))],
});
