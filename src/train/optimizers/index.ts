/** The list of optimizers, and the only one. */
import { type Config, fromConfig, isConfig, notA } from "../config.ts";
import { resolveSchedule } from "../schedules/index.ts";
import { adam } from "./adam.ts";
import { adamW } from "./adam-w.ts";
import { nadam } from "./nadam.ts";
import type { Optimizer } from "./optimizer.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export const optimizers = { adam, adamW, nadam, rmsprop, sgd } as const;

export type OptimizerName = keyof typeof optimizers;

/** Everything that an optimizer may be given as. */
export type OptimizerLike = OptimizerName | Config | Optimizer;

/** The optimizer that a name or a config stands for; an optimizer stays itself. */
export function resolveOptimizer(optimizer: OptimizerLike): Optimizer {
  if (isOptimizer(optimizer)) return optimizer;
  if (typeof optimizer === "string") return fromConfig("optimizer", optimizers, optimizer);
  if (isConfig(optimizer)) {
    const { learningRate } = optimizer;
    const options = isConfig(learningRate) ? { learningRate: resolveSchedule(learningRate) } : {};
    return fromConfig("optimizer", optimizers, { ...optimizer, ...options });
  }
  throw notA("optimizer", "a name or an optimizer such as adam()", optimizer);
}

function isOptimizer(value: OptimizerLike): value is Optimizer {
  return typeof value === "object" && value !== null && typeof value.transformation === "object";
}
