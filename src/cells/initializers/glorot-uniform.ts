import { defineInitializer } from "./initializer.ts";
import { glorot, scaledUniform } from "./variance-scaling.ts";

/** Uniform on ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export const glorotUniform = defineInitializer({ name: "glorotUniform", options: {}, generate: scaledUniform(glorot) });
