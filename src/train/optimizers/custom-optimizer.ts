import { type ScheduleLike, scheduleOf } from "../schedules/schedule-of.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Transformation } from "./transformation.ts";

/**
 * An optimizer of the user's own parts: `customOptimizer(chain(clipByGlobalNorm(1), scaleByAdam(), scaleByLearningRate()))`.
 * It cannot be saved, but its state can.
 *
 * @param learningRate @default 0.001
 */
export function customOptimizer(transformation: Transformation, learningRate: ScheduleLike = 0.001): Optimizer {
  return { name: "customOptimizer", schedule: scheduleOf(learningRate), transformation };
}
