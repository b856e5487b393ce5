/** What `compile` takes: a transformation of gradients and the learning rate that goes with it. */
import { explain, OptionError, rejectUnknown, requireInteger, requireNumber } from "../../errors.ts";
import { knownCatalogue } from "../by-name.ts";
import type { Config, Json } from "../config.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { type ScheduleLike, scheduleOf } from "../schedules/schedule-of.ts";
import type { Surroundings } from "./surround.ts";
import type { Transformation } from "./transformation.ts";

export interface Optimizer {
  readonly name: string;
  /** Absent when a part of it is a user's own function: it cannot be saved then. */
  readonly config?: Config;
  readonly schedule: Schedule;
  readonly transformation: Transformation;
  /** Batches that one update is made of. @default 1 */
  readonly gradientAccumulationSteps?: number;
  /** Gets the parameters that an update makes, and keeps averages of them. @default no averages */
  readonly averages?: Transformation;
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

/** At most one of them. */
const clippings = ["clipValue", "clipNorm", "globalClipNorm"] as const;

/** The numbers that an option besides the learning rate may be. */
const ranges = {
  weightDecay: ["of at least 0", (x) => x >= 0],
  clipValue: ["above 0", (x) => x > 0],
  clipNorm: ["above 0", (x) => x > 0],
  globalClipNorm: ["above 0", (x) => x > 0],
  gradientAccumulationSteps: ["of at least 1", (x) => x >= 1],
  emaMomentum: ["of at least 0 and below 1", (x) => x >= 0 && x < 1],
} satisfies Record<keyof Surroundings, readonly [string, (x: number) => boolean]>;

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
  rejectUnknown(`${name}()`, given, ["learningRate", ...Object.keys(ranges), ...Object.keys(own)]);
  const { learningRate, ...options } = { ...given, ...completed };
  const { gradientAccumulationSteps = 1 } = options;
  requireInteger("gradientAccumulationSteps", gradientAccumulationSteps, 1);
  const asked: Record<string, number> = {};
  for (const [key, [range, holds]] of Object.entries(ranges)) {
    const value = options[key as keyof Surroundings];
    if (value === undefined) continue;
    requireNumber(key, value, range, holds);
    asked[key] = value;
  }
  const clipping = clippings.filter((kind) => kind in asked);
  if (clipping.length > 1) {
    const remedy = "they would undo each other";
    throw new OptionError(
      explain({ expected: `one kind of clipping for ${name}()`, got: clipping.join(" and "), remedy }),
    );
  }
  const schedule = scheduleOf(learningRate);
  const written = schedule.config?.name === "constant" ? schedule.at(0) : schedule.config;
  return {
    name,
    ...(written !== undefined && { config: { ...own, ...asked, learningRate: written, name } }),
    schedule,
    gradientAccumulationSteps,
    ...(Object.keys(asked).length === 0 ? { transformation } : surrounded(transformation, asked)),
  };
}

/** What is around a descent, where it is loaded; else what asks for it later. */
function surrounded(descent: Transformation, options: Surroundings): Pick<Optimizer, "transformation" | "averages"> {
  const known = knownCatalogue();
  if (known) return known.surround(descent, options);
  const later = (part: "transformation" | "averages"): Transformation => {
    const made = () => knownCatalogue()!.surround(descent, options)[part]!;
    return {
      isToCome: true,
      init: (...given) => made().init(...given),
      update: (...given) => made().update(...given),
    };
  };
  return {
    transformation: later("transformation"),
    ...(options.emaMomentum !== undefined && { averages: later("averages") }),
  };
}
