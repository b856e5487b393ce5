import { add } from "../../graph/index.ts";
import { l1 } from "./l1.ts";
import { l2 } from "./l2.ts";
import type { Penalty } from "./regularizer.ts";

/** l1 · Σ |x| + l2 · Σ x² (the elastic net of Zou & Hastie 2005). Both are 0 unless given. */
export const l1l2: Penalty<"l1l2"> = (x, factors) => add(l1(x, factors), l2(x, factors));
