import { addMomentum } from "./add-momentum.ts";
import { chain } from "./chain.ts";
import { assemble, type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";
import { type ScaleByRmsOptions, scaleByRms } from "./scale-by-rms.ts";

export interface RmspropOptions extends OptimizerOptions, ScaleByRmsOptions {
  /** The share of the last step that is kept; 0 keeps none. @default 0 */
  readonly momentum?: number;
}

/** Gradients divided by their recent size (Tieleman & Hinton 2012). The learning rate is 0.001 by default. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { rho = 0.9, epsilon = 1e-7, centered = false, momentum = 0, learningRate = 0.001 } = options;
  const step = [scaleByRms({ rho, epsilon, centered }), scaleByLearningRate()];
  const descent = chain(...step, ...(momentum === 0 ? [] : [addMomentum({ momentum })]));
  return assemble("rmsprop", options, { learningRate }, { rho, epsilon, centered, momentum }, descent);
}
