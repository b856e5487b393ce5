import { chain } from "./chain.ts";
import { assemble, type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { type ScaleByAdamOptions, scaleByAdam } from "./scale-by-adam.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";

export interface AdamOptions extends OptimizerOptions, ScaleByAdamOptions {}

/** Adam (Kingma & Ba 2015). The learning rate is 0.001 by default. */
export function adam(options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, learningRate = 0.001 } = options;
  const own = { beta1, beta2, epsilon };
  return assemble("adam", options, { learningRate }, own, chain(scaleByAdam(own), scaleByLearningRate()));
}
