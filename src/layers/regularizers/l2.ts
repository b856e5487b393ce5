import { mul, square, sum } from "../../graph/index.ts";
import { defineRegularizer } from "./regularizer.ts";

/** l2 · Σ x²: keeps values small (Hoerl & Kennard 1970). */
export const l2 = defineRegularizer({
  options: { l2: 0.01 },
  penalty: (x, { l2 }) => mul(l2, sum(square(x))),
});
