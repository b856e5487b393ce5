import { type Unary, unary } from "../elementwise.ts";

/** Each element rounded down. Its gradient is 0. */
export const floor: Unary = unary({
  name: "floor",
  scalar: Math.floor,
  // Constant almost everywhere: no gradient.
});
