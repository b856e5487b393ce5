import { type Shape, type Tensor, uniform as uniformOf } from "../graph/index.ts";
import type { Trace } from "./trace.ts";

/** Uniform numbers in [0, 1), new at each run. */
export function uniform(trace: Trace, shape: Shape): Tensor {
  return uniformOf(...trace.nextStream(), shape);
}
