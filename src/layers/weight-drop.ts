/** Weight drop (Merity et al. 2018): DropConnect (Wan et al. 2013) on the weights of the recurrent product. */
import { explain, OptionError } from "../errors.ts";
import { mul, type Tensor, type Tensors } from "../graph/index.ts";
import { dropoutMask } from "./dropout-mask.ts";
import type { Trace } from "./trace.ts";

/**
 * A cell's weights with a share of those of the recurrent product at 0 and the others scaled up, so that the mean stays:
 * while training, drawn once for all rows and steps. Those are the weights called `recurrent…Kernel`.
 */
export function dropWeights(trace: Trace, title: string, rate: number, weights: Tensors): Tensors {
  if (!trace.training || rate === 0) return weights;
  const isRecurrent = (name: string) => /^recurrent\w*Kernel$/.test(name);
  const names = Object.keys(weights);
  if (!names.some(isRecurrent)) {
    const expected = "a cell with a recurrentKernel for `weightDrop`";
    throw new OptionError(explain({ expected, got: `${title} with ${names.join(", ")}` }));
  }
  const dropped = (name: string, weight: Tensor) =>
    isRecurrent(name) ? mul(weight, dropoutMask(trace, weight.shape, rate)) : weight;
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, dropped(name, weight)]));
}
