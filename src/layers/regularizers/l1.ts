import { abs, mul, sum } from "../../graph/index.ts";
import type { Penalty } from "./regularizer.ts";

/** l1 · Σ |x|: draws small values to exactly 0 (Tibshirani 1996). */
export const l1: Penalty<"l1"> = (x, { l1 }) => mul(l1, sum(abs(x)));
