import { scaled } from "./variance-scaling.ts";

/** Uniform on ±√(6 / fanIn), for rectifiers (He et al. 2015). */
export const heUniform = scaled({ scale: 2, mode: "fanIn", distribution: "uniform" });
