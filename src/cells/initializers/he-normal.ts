import { scaled } from "./variance-scaling.ts";

/** Truncated normal of variance 2 / fanIn, for rectifiers (He et al. 2015). */
export const heNormal = scaled({ scale: 2, mode: "fanIn", distribution: "truncatedNormal" });
