import { defineInitializer } from "./initializer.ts";
import { glorot, scaledNormal } from "./variance-scaling.ts";

/** Truncated normal of variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export const glorotNormal = defineInitializer({ name: "glorotNormal", options: {}, generate: scaledNormal(glorot) });
