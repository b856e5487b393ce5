/** The list of learning-rate schedules, and the only one. */
import { fromConfig, isConfig } from "../config.ts";
import { constant } from "./constant.ts";
import { cosineDecay } from "./cosine-decay.ts";
import { exponentialDecay } from "./exponential-decay.ts";
import { inverseTimeDecay } from "./inverse-time-decay.ts";
import { piecewiseConstant } from "./piecewise-constant.ts";
import { polynomialDecay } from "./polynomial-decay.ts";
import type { Schedule } from "./schedule.ts";
import { type ScheduleLike, scheduleOf } from "./schedule-of.ts";

export const schedules = {
  constant,
  cosineDecay,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstant,
  polynomialDecay,
} as const;

export type { ScheduleLike };

export type ScheduleName = keyof typeof schedules;

/** As `scheduleOf`, with the names of the list. */
export function resolveSchedule(learningRate: ScheduleLike): Schedule {
  return isConfig(learningRate) ? fromConfig("learningRate", schedules, learningRate) : scheduleOf(learningRate);
}
