import type { AdamOptions } from "./adam.ts";
import { chain } from "./chain.ts";
import { assemble, type Optimizer } from "./optimizer.ts";
import { scaleByAdam } from "./scale-by-adam.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019): 0.004 by default, and a learning rate of 0.001. */
export function adamW(options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, learningRate = 0.001, weightDecay = 0.004 } = options;
  const own = { beta1, beta2, epsilon };
  const descent = chain(scaleByAdam(own), scaleByLearningRate());
  return assemble("adamW", options, { learningRate, weightDecay }, own, descent);
}
