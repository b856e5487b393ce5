import { scaled } from "./variance-scaling.ts";

/** Truncated normal of variance 1 / fanIn (LeCun et al. 1998). */
export const lecunNormal = scaled({ scale: 1, mode: "fanIn", distribution: "truncatedNormal" });
