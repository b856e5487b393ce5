import { defineInitializer } from "./initializer.ts";
import { scaling } from "./variance-scaling.ts";

/** Truncated normal of variance 1 / fanIn (LeCun et al. 1998). */
export const lecunNormal = defineInitializer({
  name: "lecunNormal",
  options: {},
  generate: scaling({ scale: 1, mode: "fanIn", distribution: "truncatedNormal" }),
});
