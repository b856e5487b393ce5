/** The list of learning-rate schedules, and the only one. */
import { type Config, fromConfig, isConfig, notA } from "../config.ts";
import { constant } from "./constant.ts";
import { cosineDecay } from "./cosine-decay.ts";
import { exponentialDecay } from "./exponential-decay.ts";
import { inverseTimeDecay } from "./inverse-time-decay.ts";
import { piecewiseConstant } from "./piecewise-constant.ts";
import { polynomialDecay } from "./polynomial-decay.ts";
import type { Schedule } from "./schedule.ts";

export const schedules = {
  constant,
  cosineDecay,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstant,
  polynomialDecay,
} as const;

export type ScheduleName = keyof typeof schedules;

/** Everything that a learning rate may be given as. */
export type ScheduleLike = number | Schedule | Config | ((step: number) => number);

/** The schedule that a number, a config or a user's function stands for; a schedule stays itself. */
export function resolveSchedule(learningRate: ScheduleLike): Schedule {
  if (typeof learningRate === "number") return constant({ learningRate });
  if (typeof learningRate === "function") return { name: learningRate.name || "customSchedule", at: learningRate };
  if (isConfig(learningRate)) return fromConfig("learningRate", schedules, learningRate);
  if (typeof learningRate === "object" && typeof learningRate?.at === "function") return learningRate;
  throw notA("learningRate", "a number, a schedule or a function of the number of updates", learningRate);
}
