import { scaled } from "./variance-scaling.ts";

/** Truncated normal of variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export const glorotNormal = scaled({ scale: 1, mode: "fanAvg", distribution: "truncatedNormal" });
