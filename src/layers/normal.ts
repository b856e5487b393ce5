import { cos, log, mul, type Shape, sqrt, sub, type Tensor } from "../graph/index.ts";
import type { Trace } from "./trace.ts";

/** Standard normal numbers, new at each run (Box & Muller 1958). */
export function normal(trace: Trace, shape: Shape): Tensor {
  const radius = sqrt(mul(-2, log(sub(1, trace.random(shape)))));
  return mul(radius, cos(mul(2 * Math.PI, trace.random(shape))));
}
