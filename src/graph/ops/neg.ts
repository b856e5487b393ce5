import { type Unary, unary } from "../elementwise.ts";

/** The negative of each element. */
export const neg: Unary = unary({
  name: "neg",
  scalar: (x) => -x,
  // d(−x) = −dx
  gradient: (cotangent) => [neg(cotangent)],
});
