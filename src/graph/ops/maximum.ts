import { type Binary, binary } from "../elementwise.ts";
import { lessEqual } from "./less-equal.ts";
import { select } from "./select.ts";

/** The larger of each pair of elements, NaN if one is NaN; shapes broadcast. */
export const maximum: Binary = binary({
  name: "maximum",
  scalar: Math.max,
  // the larger operand takes the gradient, the first one when they are equal
  gradient: (cotangent, _y, a, b) => [select(lessEqual(b!, a!), cotangent, 0), select(lessEqual(b!, a!), 0, cotangent)],
});
