import type { AdamOptions } from "./adam.ts";
import { chain } from "./chain.ts";
import { assemble, type Optimizer } from "./optimizer.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";
import { scaleByNadam } from "./scale-by-nadam.ts";

/** Adam with Nesterov momentum (Dozat 2016). The learning rate is 0.001 by default. */
export function nadam(options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, learningRate = 0.001 } = options;
  const own = { beta1, beta2, epsilon };
  return assemble("nadam", options, { learningRate }, own, chain(scaleByNadam(own), scaleByLearningRate()));
}
