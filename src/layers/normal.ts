import { cos, log, mul, type Shape, sqrt, sub, type Tensor } from "../graph/index.ts";
import type { Trace } from "./trace.ts";
import { uniform } from "./uniform.ts";

/** Standard normal numbers, new at each run (Box & Muller 1958). */
export function normal(trace: Trace, shape: Shape): Tensor {
  const radius = sqrt(mul(-2, log(sub(1, uniform(trace, shape)))));
  return mul(radius, cos(mul(2 * Math.PI, uniform(trace, shape))));
}
