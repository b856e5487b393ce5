import { defineInitializer } from "./initializer.ts";
import { scaling } from "./variance-scaling.ts";

/** Uniform on ±√(6 / fanIn), for rectifiers (He et al. 2015). */
export const heUniform = defineInitializer({
  name: "heUniform",
  options: {},
  generate: scaling({ scale: 2, mode: "fanIn", distribution: "uniform" }),
});
