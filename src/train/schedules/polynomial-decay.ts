import { rejectUnknown, requireInteger, requireNumber } from "../../errors.ts";
import { requireBoolean } from "../require-boolean.ts";
import type { Schedule } from "./schedule.ts";

export interface PolynomialDecayOptions {
  /** The rate at step 0. */
  readonly initialLearningRate: number;
  /** The number of updates in which the rate goes down. */
  readonly decaySteps: number;
  /** The rate at the end. @default 0.0001 */
  readonly endLearningRate?: number;
  /** 1 goes down in a line. @default 1 */
  readonly power?: number;
  /** Begins again, each time with more steps, instead of staying at the end. @default false */
  readonly cycle?: boolean;
}

/** (initial − end) · (1 − step / decaySteps)^power + end. */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const name = "polynomialDecay";
  rejectUnknown(`${name}()`, options, ["initialLearningRate", "decaySteps", "endLearningRate", "power", "cycle"]);
  const { initialLearningRate, decaySteps, endLearningRate = 0.0001, power = 1, cycle = false } = options;
  requireNumber("initialLearningRate", initialLearningRate, "of at least 0", (x) => x >= 0);
  requireInteger("decaySteps", decaySteps, 1);
  requireNumber("endLearningRate", endLearningRate, "of at least 0", (x) => x >= 0);
  requireNumber("power", power, "above 0", (x) => x > 0);
  requireBoolean("cycle", cycle);
  return {
    name,
    config: { name, initialLearningRate, decaySteps, endLearningRate, power, cycle },
    at(step) {
      const length = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
      const done = Math.min(step, length) / length;
      return (initialLearningRate - endLearningRate) * (1 - done) ** power + endLearningRate;
    },
  };
}
