import { type Unary, unary } from "../elementwise.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

/** Hyperbolic tangent of each element. */
export const tanh: Unary = unary({
  name: "tanh",
  scalar: Math.tanh,
  // y = tanh x  ⇒  dy = (1 − y²) dx
  gradient: (cotangent, y) => [mul(cotangent, sub(1, mul(y, y)))],
});
