import { type Binary, binary } from "../elementwise.ts";

/** Product of each pair of elements; shapes broadcast. */
export const mul: Binary = binary({
  name: "mul",
  scalar: (a, b) => a * b,
  // d(ab) = b da + a db
  gradient: (cotangent, _y, a, b) => [mul(cotangent, b!), mul(cotangent, a!)],
});
