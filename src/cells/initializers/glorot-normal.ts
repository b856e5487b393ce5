import { defineInitializer } from "./initializer.ts";
import { scaling } from "./variance-scaling.ts";

/** Truncated normal of variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export const glorotNormal = defineInitializer({
  name: "glorotNormal",
  options: {},
  generate: scaling({ scale: 1, mode: "fanAvg", distribution: "truncatedNormal" }),
});
