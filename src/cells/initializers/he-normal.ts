import { defineInitializer } from "./initializer.ts";
import { scaling } from "./variance-scaling.ts";

/** Truncated normal of variance 2 / fanIn, for rectifiers (He et al. 2015). */
export const heNormal = defineInitializer({
  name: "heNormal",
  options: {},
  generate: scaling({ scale: 2, mode: "fanIn", distribution: "truncatedNormal" }),
});
