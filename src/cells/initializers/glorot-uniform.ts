import { defineInitializer } from "./initializer.ts";
import { scaling } from "./variance-scaling.ts";

/** Uniform on ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export const glorotUniform = defineInitializer({
  name: "glorotUniform",
  options: {},
  generate: scaling({ scale: 1, mode: "fanAvg", distribution: "uniform" }),
});
