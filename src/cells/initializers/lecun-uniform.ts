import { defineInitializer } from "./initializer.ts";
import { scaling } from "./variance-scaling.ts";

/** Uniform on ±√(3 / fanIn) (LeCun et al. 1998). */
export const lecunUniform = defineInitializer({
  name: "lecunUniform",
  options: {},
  generate: scaling({ scale: 1, mode: "fanIn", distribution: "uniform" }),
});
