import { abs, mul, sum } from "../../graph/index.ts";
import { defineRegularizer } from "./regularizer.ts";

/** l1 · Σ |x|: draws small values to exactly 0 (Tibshirani 1996). */
export const l1 = defineRegularizer({
  options: { l1: 0.01 },
  penalty: (x, { l1 }) => mul(l1, sum(abs(x))),
});
