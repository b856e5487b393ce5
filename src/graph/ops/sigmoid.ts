import { type Unary, unary } from "../elementwise.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

/** Logistic function 1 / (1 + e⁻ˣ) of each element. */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  scalar: (x) => 1 / (1 + Math.exp(-x)),
  // y = 1/(1 + e⁻ˣ)  ⇒  dy = y (1 − y) dx
  gradient: (cotangent, y) => [mul(cotangent, mul(y, sub(1, y)))],
});
