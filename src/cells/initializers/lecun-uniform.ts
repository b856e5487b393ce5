import { scaled } from "./variance-scaling.ts";

/** Uniform on ±√(3 / fanIn) (LeCun et al. 1998). */
export const lecunUniform = scaled({ scale: 1, mode: "fanIn", distribution: "uniform" });
