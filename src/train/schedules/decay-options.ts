import { rejectUnknown, requireInteger, requireNumber } from "../../errors.ts";
import { requireBoolean } from "../require-boolean.ts";

export interface DecayOptions {
  /** The rate at step 0. */
  readonly initialLearningRate: number;
  /** The number of updates in which the rate decays once. */
  readonly decaySteps: number;
  /** How much the rate decays in them. */
  readonly decayRate: number;
  /** Decay in jumps, every `decaySteps` updates. @default false */
  readonly staircase?: boolean;
}

/** Checks and completes the options that exponential and inverse time decay share. */
export function decayOptions(owner: string, options: DecayOptions): Required<DecayOptions> {
  rejectUnknown(`${owner}()`, options, ["initialLearningRate", "decaySteps", "decayRate", "staircase"]);
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  requireNumber("initialLearningRate", initialLearningRate, "of at least 0", (x) => x >= 0);
  requireInteger("decaySteps", decaySteps, 1);
  requireNumber("decayRate", decayRate, "of at least 0", (x) => x >= 0);
  requireBoolean("staircase", staircase);
  return { initialLearningRate, decaySteps, decayRate, staircase };
}

/** How often the rate has decayed by `step`. */
export function decays({ decaySteps, staircase }: Required<DecayOptions>, step: number): number {
  return staircase ? Math.floor(step / decaySteps) : step / decaySteps;
}
