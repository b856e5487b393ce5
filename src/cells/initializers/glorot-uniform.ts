import { scaled } from "./variance-scaling.ts";

/** Uniform on ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export const glorotUniform = scaled({ scale: 1, mode: "fanAvg", distribution: "uniform" });
