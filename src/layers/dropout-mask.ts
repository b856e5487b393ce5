import { less, type Shape, select, type Tensor } from "../graph/index.ts";
import type { Trace } from "./trace.ts";

/** 0 with probability `rate`, else 1 / (1 − rate), so that the mean stays: multiply by it (inverted dropout). */
export function dropoutMask(trace: Trace, shape: Shape, rate: number): Tensor {
  return select(less(trace.random(shape), rate), 0, 1 / (1 - rate));
}
