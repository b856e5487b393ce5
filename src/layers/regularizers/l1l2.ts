import { add } from "../../graph/index.ts";
import { l1 } from "./l1.ts";
import { l2 } from "./l2.ts";
import { defineRegularizer } from "./regularizer.ts";

/** l1 · Σ |x| + l2 · Σ x² (the elastic net of Zou & Hastie 2005). Both are 0 unless given. */
export const l1l2 = defineRegularizer({
  options: { l1: 0, l2: 0 },
  penalty: (x, options) => add(l1.penalty(x, options), l2.penalty(x, options)),
});
