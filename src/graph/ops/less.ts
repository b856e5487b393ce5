import { type Binary, binary } from "../elementwise.ts";

/** 1 where a < b, else 0 (also when one is NaN); shapes broadcast. Its gradient is 0. */
export const less: Binary = binary({
  name: "less",
  scalar: (a, b) => (a < b ? 1 : 0),
  // Constant almost everywhere: no gradient.
});
