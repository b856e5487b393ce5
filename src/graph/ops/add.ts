import { type Binary, binary } from "../elementwise.ts";

/** Sum of each pair of elements; shapes broadcast. */
export const add: Binary = binary({
  name: "add",
  scalar: (a, b) => a + b,
  // d(a + b) = da + db
  gradient: (cotangent) => [cotangent, cotangent],
});
