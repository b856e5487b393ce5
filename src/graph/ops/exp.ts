import { type Unary, unary } from "../elementwise.ts";
import { mul } from "./mul.ts";

/** Exponential of each element. */
export const exp: Unary = unary({
  name: "exp",
  scalar: Math.exp,
  // y = eˣ  ⇒  dy = y dx
  gradient: (cotangent, y) => [mul(cotangent, y)],
});
