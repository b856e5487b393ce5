import { type Unary, unary } from "../elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { sin } from "./sin.ts";

/** Cosine of each element, in radians. */
export const cos: Unary = unary({
  name: "cos",
  scalar: Math.cos,
  // d cos x = −sin x dx
  gradient: (cotangent, _y, x) => [neg(mul(cotangent, sin(x!)))],
});
