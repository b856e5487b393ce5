import { concat, convolve, sliceAxis, type Tensor } from "../graph/index.ts";
import type { Trace } from "./trace.ts";

/**
 * A causal convolution without strides. Where sequences come in parts, the steps that its windows reach are kept from part
 * to part.
 */
export function causalConvolution(x: Tensor, kernel: Tensor, dilationRate: number, trace: Trace): Tensor {
  if (trace.memory === undefined) return convolve(x, kernel, { padding: "causal", dilationRate });
  const [rows, time, channels] = x.shape as [number, number, number];
  const reached = (kernel.shape[0]! - 1) * dilationRate;
  if (reached === 0) return convolve(x, kernel);
  const before = trace.memory.keep("steps before", [rows, reached, channels]);
  const steps = concat([before, x], 1);
  trace.update(before, sliceAxis(steps, 1, time, reached));
  return convolve(steps, kernel, { dilationRate });
}
