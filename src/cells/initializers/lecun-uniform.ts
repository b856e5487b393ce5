import { defineInitializer } from "./initializer.ts";
import { lecun, scaledUniform } from "./variance-scaling.ts";

/** Uniform on ±√(3 / fanIn) (LeCun et al. 1998). */
export const lecunUniform = defineInitializer({ name: "lecunUniform", options: {}, generate: scaledUniform(lecun) });
