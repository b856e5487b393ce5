import { type Binary, binary } from "../elementwise.ts";
import { equal } from "./equal.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { select } from "./select.ts";
import { sub } from "./sub.ts";

/** a to the power b for each pair of elements; shapes broadcast. */
export const pow: Binary = binary({
  name: "pow",
  scalar: (a, b) => a ** b,
  // y = aᵇ  ⇒  dy = b aᵇ⁻¹ da + y log a db, where y log a is 0 when y is, the limit of 0 · log 0
  gradient: (cotangent, y, a, b) => [
    mul(cotangent, mul(b!, pow(a!, sub(b!, 1)))),
    mul(cotangent, mul(y, log(select(equal(y, 0), 1, a!)))),
  ],
});
