/** One update as a graph: from a loss to new numbers for the parameters and the optimizer's state. */
import { add, type Computation, gradients, input, lessEqual, select, type Tensor, variable } from "../graph/index.ts";
import { endsUpdate } from "./optimizers/accumulate-gradients.ts";
import type { Optimizer } from "./optimizers/optimizer.ts";
import { runningMean } from "./optimizers/running-mean.ts";
import { perParameter, type StateSpec } from "./optimizers/transformation.ts";

/** One variable of an optimizer; set it to `initial` before the first update. */
export interface StateVariable extends StateSpec {
  readonly variable: Tensor;
}

/** The variables that `optimizer` needs for these parameters: made once, shared by the programs of all batch sizes. */
export function optimizerState(optimizer: Optimizer, parameters: readonly Tensor[]): StateVariable[] {
  const nameOf = ({ slot, parameter }: StateSpec) => (parameter === undefined ? slot : `${slot}.${parameter}`);
  return [...optimizer.transformation.init(parameters), ...averagesOf(optimizer, parameters)].map((spec) => ({
    ...spec,
    variable: variable(`${optimizer.name}.${nameOf(spec)}`, spec.shape),
  }));
}

/** The slot of the moving average of a parameter. */
export const AVERAGE = "average";

function averagesOf({ emaMomentum }: Optimizer, parameters: readonly Tensor[]): readonly StateSpec[] {
  return emaMomentum === undefined ? [] : perParameter(parameters, [AVERAGE]);
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
  const averages = optimizer.emaMomentum === undefined ? [] : before.slice(before.length - parameters.length);
  const own = before.slice(0, before.length - averages.length);
  const made =
    parameters.length === 0
      ? { updates: [], state: own }
      : optimizer.transformation.update(gradients(loss, parameters), own, parameters, context);
  const values = parameters.map((variable, index) => {
    const value = add(variable, made.updates[index]!);
    return projections[index]?.(value) ?? value;
  });
  const next = [...made.state, ...averages.map((average, i) => averaged(average, values[i]!, optimizer, step))];
  return {
    step,
    learningRate,
    updates: [
      ...parameters.map((variable, index) => ({ variable, value: values[index]! })),
      ...before.map((variable, index) => ({ variable, value: next[index]! })),
    ],
  };
}

/** The average after an update: the parameter itself after the first one, as in Keras. */
function averaged(average: Tensor, value: Tensor, optimizer: Optimizer, step: Tensor): Tensor {
  const { emaMomentum = 0, gradientAccumulationSteps: steps = 1 } = optimizer;
  const next = select(lessEqual(step, steps), value, runningMean(average, value, emaMomentum));
  return steps === 1 ? next : select(endsUpdate(step, steps), next, average);
}
