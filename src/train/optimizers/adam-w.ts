import type { AdamOptions } from "./adam.ts";
import { chain } from "./chain.ts";
import { decayWeights } from "./decay-weights.ts";
import { assemble, type Optimizer } from "./optimizer.ts";
import { scaleByAdam } from "./scale-by-adam.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019): 0.004 by default, and a learning rate of 0.001. */
export function adamW(options: AdamOptions = {}): Optimizer {
  const { weightDecay = 0.004, ...further } = options;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, learningRate = 0.001 } = further;
  const adam = { beta1, beta2, epsilon };
  const descent = chain(chain(scaleByAdam(adam), scaleByLearningRate()), decayWeights(weightDecay));
  return assemble("adamW", further, { learningRate }, { ...adam, weightDecay }, descent);
}
