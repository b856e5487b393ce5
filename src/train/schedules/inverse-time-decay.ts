import { type DecayOptions, decayOptions, decays } from "./decay-options.ts";
import type { Schedule } from "./schedule.ts";

/** initialLearningRate / (1 + decayRate · step / decaySteps). */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  const name = "inverseTimeDecay";
  const complete = decayOptions(name, options);
  const { initialLearningRate, decayRate } = complete;
  return {
    name,
    config: { name, ...complete },
    at: (step) => initialLearningRate / (1 + decayRate * decays(complete, step)),
  };
}
