import { type Binary, binary } from "../elementwise.ts";
import { neg } from "./neg.ts";

/** Difference of each pair of elements; shapes broadcast. */
export const sub: Binary = binary({
  name: "sub",
  scalar: (a, b) => a - b,
  // d(a − b) = da − db
  gradient: (cotangent) => [cotangent, neg(cotangent)],
});
