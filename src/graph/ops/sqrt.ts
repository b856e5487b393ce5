import { type Unary, unary } from "../elementwise.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";

/** Square root of each element. */
export const sqrt: Unary = unary({
  name: "sqrt",
  scalar: Math.sqrt,
  // y = √x  ⇒  dy = dx / 2y
  gradient: (cotangent, y) => [div(mul(0.5, cotangent), y)],
});
