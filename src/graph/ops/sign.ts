import { type Unary, unary } from "../elementwise.ts";

/** −1, 0 or 1 as each element is negative, zero or positive; NaN stays NaN. Its gradient is 0. */
export const sign: Unary = unary({
  name: "sign",
  scalar: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  // Constant almost everywhere: no gradient.
});
