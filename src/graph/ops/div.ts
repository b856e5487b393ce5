import { type Binary, binary } from "../elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

/** Quotient of each pair of elements; shapes broadcast. */
export const div: Binary = binary({
  name: "div",
  scalar: (a, b) => a / b,
  // y = a/b  ⇒  dy = da/b − (y/b) db
  gradient: (cotangent, y, _a, b) => [div(cotangent, b!), neg(div(mul(cotangent, y), b!))],
});
