import { less, type Shape, select, type Tensor } from "../graph/index.ts";
import type { Trace } from "./trace.ts";
import { uniform } from "./uniform.ts";

/** 0 with probability `rate`, else 1 / (1 − rate), so that the mean stays: multiply by it (inverted dropout). */
export function dropoutMask(trace: Trace, shape: Shape, rate: number): Tensor {
  return select(less(uniform(trace, shape), rate), 0, 1 / (1 - rate));
}
