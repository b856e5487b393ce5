import { type Binary, binary } from "../elementwise.ts";
import { lessEqual } from "./less-equal.ts";
import { select } from "./select.ts";

/** The smaller of each pair of elements, NaN if one is NaN; shapes broadcast. */
export const minimum: Binary = binary({
  name: "minimum",
  scalar: Math.min,
  // the smaller operand takes the gradient, the first one when they are equal
  gradient: (cotangent, _y, a, b) => [select(lessEqual(a!, b!), cotangent, 0), select(lessEqual(a!, b!), 0, cotangent)],
});
