/** What `compile` takes: a transformation of gradients and the learning rate that goes with it. */
import { explain, OptionError, rejectUnknown, requireInteger, requireNumber } from "../../errors.ts";
import type { Config, Json } from "../config.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { type ScheduleLike, scheduleOf } from "../schedules/schedule-of.ts";
import { accumulateGradients } from "./accumulate-gradients.ts";
import { chain } from "./chain.ts";
import { clipByGlobalNorm } from "./clip-by-global-norm.ts";
import { clipByNorm } from "./clip-by-norm.ts";
import { clipByValue } from "./clip-by-value.ts";
import { decayWeights } from "./decay-weights.ts";
import type { Transformation } from "./transformation.ts";

export interface Optimizer {
  readonly name: string;
  /** Absent when a part of it is a user's own function: it cannot be saved then. */
  readonly config?: Config;
  readonly schedule: Schedule;
  readonly transformation: Transformation;
  /** Batches that one update is made of. @default 1 */
  readonly gradientAccumulationSteps?: number;
  /** The share of the old average of the parameters in the new one, where one is kept. */
  readonly emaMomentum?: number;
}

/** What all optimizers can be told. At most one kind of clipping. */
export interface OptimizerOptions {
  /** A number, a schedule, or a function of the number of updates so far. */
  readonly learningRate?: ScheduleLike;
  /** Shrinks parameters by this share of the learning rate at each step. @default no decay */
  readonly weightDecay?: number;
  /** Limits each element of the gradients. @default no limit */
  readonly clipValue?: number;
  /** Limits the length of each parameter's gradient. @default no limit */
  readonly clipNorm?: number;
  /** Limits the common length of all gradients. @default no limit */
  readonly globalClipNorm?: number;
  /** Batches whose mean gradient makes one update; see `accumulateGradients`. @default 1 */
  readonly gradientAccumulationSteps?: number;
  /**
   * Keeps an exponential moving average of every parameter: the share of the old average in the new one, 0.99 say. The
   * callback `swapEmaWeights()` uses them. @default no average
   */
  readonly emaMomentum?: number;
}

export const optimizerOptionNames = [
  "learningRate",
  "weightDecay",
  "clipValue",
  "clipNorm",
  "globalClipNorm",
  "gradientAccumulationSteps",
  "emaMomentum",
] as const;

const clippings = { clipValue: clipByValue, clipNorm: clipByNorm, globalClipNorm: clipByGlobalNorm };

/**
 * Puts an optimizer together: clipping, then its own transformation (learning rate included), then weight decay.
 *
 * @param given options as they were written
 * @param completed those of them that have a default in this optimizer
 * @param own the options that only this optimizer has, complete
 */
export function assemble(
  name: string,
  given: OptimizerOptions,
  completed: OptimizerOptions & { readonly learningRate: ScheduleLike },
  own: Readonly<Record<string, Json>>,
  transformation: Transformation,
): Optimizer {
  rejectUnknown(`${name}()`, given, [...optimizerOptionNames, ...Object.keys(own)]);
  const options = { ...given, ...completed };
  const { learningRate, weightDecay, gradientAccumulationSteps = 1, emaMomentum } = options;
  requireInteger("gradientAccumulationSteps", gradientAccumulationSteps, 1);
  if (emaMomentum !== undefined) {
    requireNumber("emaMomentum", emaMomentum, "of at least 0 and below 1", (x) => x >= 0 && x < 1);
  }
  const asked = (["clipValue", "clipNorm", "globalClipNorm"] as const).filter((kind) => options[kind] !== undefined);
  if (asked.length > 1) {
    const remedy = "they would undo each other";
    throw new OptionError(
      explain({ expected: `one kind of clipping for ${name}()`, got: asked.join(" and "), remedy }),
    );
  }
  const schedule = scheduleOf(learningRate);
  const parts = [
    ...asked.map((kind) => clippings[kind](options[kind]!)),
    transformation,
    ...(weightDecay === undefined ? [] : [decayWeights(weightDecay)]),
  ];
  const common = Object.fromEntries(
    optimizerOptionNames
      .filter((key) => key !== "learningRate" && options[key] !== undefined)
      .map((key) => [key, options[key] as number]),
  );
  const written = schedule.config?.name === "constant" ? schedule.at(0) : schedule.config;
  return {
    name,
    ...(written !== undefined && { config: { ...own, ...common, learningRate: written, name } }),
    schedule,
    transformation:
      gradientAccumulationSteps === 1
        ? chain(...parts)
        : accumulateGradients(chain(...parts), gradientAccumulationSteps),
    gradientAccumulationSteps,
    ...(emaMomentum !== undefined && { emaMomentum }),
  };
}
