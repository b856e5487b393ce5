import { type DecayOptions, decayOptions, decays } from "./decay-options.ts";
import type { Schedule } from "./schedule.ts";

/** initialLearningRate · decayRate^(step / decaySteps). */
export function exponentialDecay(options: DecayOptions): Schedule {
  const name = "exponentialDecay";
  const complete = decayOptions(name, options);
  const { initialLearningRate, decayRate } = complete;
  return {
    name,
    config: { name, ...complete },
    at: (step) => initialLearningRate * decayRate ** decays(complete, step),
  };
}
