/** One update as a graph: from a loss to new numbers for the parameters and the optimizer's state. */
import { add, type Computation, gradients, input, type Tensor, variable } from "../graph/index.ts";
import type { Optimizer } from "./optimizers/optimizer.ts";
import type { StateSpec } from "./optimizers/transformation.ts";

/** One variable of an optimizer; set it to `initial` before the first update. */
export interface StateVariable extends StateSpec {
  readonly variable: Tensor;
}

/** The variables that `optimizer` needs for these parameters: made once, shared by the programs of all batch sizes. */
export function optimizerState(optimizer: Optimizer, parameters: readonly Tensor[]): StateVariable[] {
  const nameOf = ({ slot, parameter }: StateSpec) => (parameter === undefined ? slot : `${slot}.${parameter}`);
  const { transformation, averages } = optimizer;
  return [...transformation.init(parameters), ...(averages?.init(parameters) ?? [])].map((spec) => ({
    ...spec,
    variable: variable(`${optimizer.name}.${nameOf(spec)}`, spec.shape),
  }));
}

/** The number of whole updates after `batches` batches: what schedules go by. */
export function updatesIn(batches: number, { gradientAccumulationSteps = 1 }: Optimizer): number {
  return Math.floor(batches / gradientAccumulationSteps);
}

export interface Descent {
  /** Scalar input: the number of this update, from 1. */
  readonly step: Tensor;
  /** Scalar input: the learning rate of this update. */
  readonly learningRate: Tensor;
  /** New values of parameters and state, for a `Computation`. */
  readonly updates: Computation["updates"];
}

/**
 * @param parameters may be none, where everything is frozen
 * @param state made by `optimizerState` for the same optimizer and parameters
 * @param projections what parameters become after the update, for those that are constrained
 */
export function descend(
  loss: Tensor,
  parameters: readonly Tensor[],
  optimizer: Optimizer,
  state: readonly StateVariable[],
  step: Tensor = input("step", []),
  projections: readonly (((weight: Tensor) => Tensor) | undefined)[] = [],
): Descent {
  const learningRate = input("learningRate", []);
  const before = state.map(({ variable }) => variable);
  const context = { step, learningRate };
  const { transformation, averages } = optimizer;
  const own = before.slice(0, transformation.init(parameters).length);
  const made =
    parameters.length === 0
      ? { updates: [], state: own }
      : transformation.update(gradients(loss, parameters), own, parameters, context);
  const values = parameters.map((variable, index) => {
    const value = add(variable, made.updates[index]!);
    return projections[index]?.(value) ?? value;
  });
  const kept = averages?.update(values, before.slice(own.length), parameters, context).state ?? [];
  const next = [...made.state, ...kept];
  return {
    step,
    learningRate,
    updates: [
      ...parameters.map((variable, index) => ({ variable, value: values[index]! })),
      ...before.map((variable, index) => ({ variable, value: next[index]! })),
    ],
  };
}
