import { mul, square, sum } from "../../graph/index.ts";
import type { Penalty } from "./regularizer.ts";

/** l2 · Σ x²: keeps values small (Hoerl & Kennard 1970). */
export const l2: Penalty<"l2"> = (x, { l2 }) => mul(l2, sum(square(x)));
