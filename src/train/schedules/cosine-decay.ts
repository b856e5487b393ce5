import { explain, OptionError, rejectUnknown, requireInteger, requireNumber } from "../../errors.ts";
import type { Schedule } from "./schedule.ts";

export interface CosineDecayOptions {
  /** The rate at step 0. */
  readonly initialLearningRate: number;
  /** The number of updates, after the warm-up, in which the rate goes down. */
  readonly decaySteps: number;
  /** The rate at the end, as a share of the rate that the decay began with. @default 0 */
  readonly alpha?: number;
  /** The rate to which the warm-up rises, in a line. @default no warm-up */
  readonly warmupTarget?: number;
  /** The number of updates in the warm-up. @default no warm-up */
  readonly warmupSteps?: number;
}

/** Half a cosine wave down (Loshchilov & Hutter 2017), after a linear warm-up where one is asked for. */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const name = "cosineDecay";
  rejectUnknown(`${name}()`, options, ["initialLearningRate", "decaySteps", "alpha", "warmupTarget", "warmupSteps"]);
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps } = options;
  requireNumber("initialLearningRate", initialLearningRate, "of at least 0", (x) => x >= 0);
  requireInteger("decaySteps", decaySteps, 1);
  requireNumber("alpha", alpha, "of at least 0", (x) => x >= 0);
  if ((warmupTarget === undefined) !== (warmupSteps === undefined)) {
    const got = warmupTarget === undefined ? "`warmupSteps` alone" : "`warmupTarget` alone";
    throw new OptionError(explain({ expected: "`warmupTarget` and `warmupSteps` together", got }));
  }
  if (warmupTarget !== undefined) requireNumber("warmupTarget", warmupTarget, "of at least 0", (x) => x >= 0);
  if (warmupSteps !== undefined) requireInteger("warmupSteps", warmupSteps, 1);

  const warmup = warmupSteps ?? 0;
  const top = warmupTarget ?? initialLearningRate;
  return {
    name,
    config: {
      name,
      initialLearningRate,
      decaySteps,
      alpha,
      ...(warmup > 0 && { warmupTarget: top, warmupSteps: warmup }),
    },
    at(step) {
      if (step < warmup) return initialLearningRate + (top - initialLearningRate) * (step / warmup);
      const done = Math.min(step - warmup, decaySteps) / decaySteps;
      return top * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha);
    },
  };
}
