import { explain, OptionError } from "../../errors.ts";
import { addMomentum } from "./add-momentum.ts";
import { chain } from "./chain.ts";
import { assemble, type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";

export interface SgdOptions extends OptimizerOptions {
  /** The share of the last step that is kept; 0 keeps none. @default 0 */
  readonly momentum?: number;
  /** Nesterov's momentum, which looks ahead. @default false */
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent, with or without momentum. The learning rate is 0.01 by default. */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, nesterov = false, learningRate = 0.01 } = options;
  if (nesterov && momentum === 0) {
    const expected = "`momentum` above 0 for sgd({ nesterov: true })";
    throw new OptionError(explain({ expected, got: "0", remedy: "0.9 is usual" }));
  }
  const step = scaleByLearningRate();
  // The momentum is one of steps, not of gradients: a change of the learning rate does not change the steps before it.
  const descent = momentum === 0 ? step : chain(step, addMomentum({ momentum, nesterov }));
  return assemble("sgd", options, { learningRate }, { momentum, nesterov }, descent);
}
