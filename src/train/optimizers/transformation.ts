/**
 * The parts that optimizers are made of: pure functions from gradients to updates, with state that is handed in and out.
 * (The idea is Optax's, Hessel et al. 2020.) Updates are added to the parameters, so a descent ends with negative ones.
 */
import type { Shape, Tensor } from "../../graph/index.ts";

/** One tensor of state, as it is before the first update. */
export interface StateSpec {
  /** What it is: `momentum`, `velocity`, … */
  readonly slot: string;
  /** The index of the parameter that it belongs to; absent when it belongs to all. */
  readonly parameter?: number;
  readonly shape: Shape;
  /** The value of every element before the first update. */
  readonly initial: number;
}

/** What is the same for all parameters in one update; scalars [] that are given anew at each run. */
export interface UpdateContext {
  /** Number of this update, from 1, as float32 (exact up to 2²⁴). */
  readonly step: Tensor;
  readonly learningRate: Tensor;
}

export interface Update {
  /** One for each gradient, of its shape. */
  readonly updates: readonly Tensor[];
  /** One for each tensor of state, of its shape. */
  readonly state: readonly Tensor[];
}

export interface Transformation {
  /** Whether the lists of names must be loaded before it is used; `compile` sees to that. */
  readonly isToCome?: boolean;
  /** The state that these parameters need. */
  init(parameters: readonly Tensor[]): readonly StateSpec[];
  /** `updates[i]` (gradients, or what the transformation before made of them) and `parameters[i]` have equal shapes. */
  update(
    updates: readonly Tensor[],
    state: readonly Tensor[],
    parameters: readonly Tensor[],
    context: UpdateContext,
  ): Update;
}

/** A transformation without state. */
export function stateless(
  update: (updates: readonly Tensor[], parameters: readonly Tensor[], context: UpdateContext) => readonly Tensor[],
): Transformation {
  return {
    init: () => [],
    update: (updates, _state, parameters, context) => ({ updates: update(updates, parameters, context), state: [] }),
  };
}

/** One tensor of state per parameter and of its shape, for each slot. */
export function perParameter(parameters: readonly Tensor[], slots: readonly string[], initial = 0): StateSpec[] {
  return slots.flatMap((slot) => parameters.map(({ shape }, parameter) => ({ slot, parameter, shape, initial })));
}
