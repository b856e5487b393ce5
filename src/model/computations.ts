/** What a model computes, as graphs for batches of given shapes: each is one program and one call. */

import { logitsOf } from "../cells/activations.ts";
import {
  add,
  type Computation,
  type DType,
  input,
  iota,
  less,
  reshape,
  type Shape,
  type Tensor,
  toFloat,
} from "../graph/index.ts";
import type { Memory, Trace } from "../layers/trace.ts";
import type { Value } from "../layers/value.ts";
import type { WeightRules } from "../layers/weight-options.ts";
import type { Task } from "../train/balance/balance.ts";
import { descend, type StateVariable } from "../train/descend.ts";
import type { Loss } from "../train/losses/loss.ts";
import { meanLoss } from "../train/losses/mean-loss.ts";
import type { Network } from "./network.ts";
import type { Objective } from "./objective.ts";
import type { Counting } from "./weighing.ts";

/** Shapes of the arrays of a batch, rows included. */
export interface BatchShapes {
  /** One for each input of the model. */
  readonly x: readonly Shape[];
  /** One for each output. */
  readonly y: readonly Shape[];
  /** One for each output; `undefined` where all weights are 1. */
  readonly sampleWeight: readonly (Shape | undefined)[];
  /** Of which targets there are, one for each output; `undefined` where none is missing. */
  readonly present: readonly (Shape | undefined)[];
  /** Of the lengths of rows, one for each input; `undefined` where all rows are of one. */
  readonly lengths: readonly (Shape | undefined)[];
}

/** Numbers that are given at each run besides the batch. */
export interface RunInputs {
  /** Two words on which all random numbers of the run depend. */
  readonly key: Tensor | undefined;
  readonly step?: Tensor;
  readonly learningRate?: Tensor;
}

export interface ModelComputation extends Computation {
  readonly run: RunInputs;
}

/** What is traced for: training or not, at which step of it, and what becomes of penalties. */
type Purpose = Pick<Trace, "training" | "step" | "penalize" | "watch" | "memory">;

export function traceNetwork(
  network: Network,
  { x: shapes, lengths }: Pick<BatchShapes, "x" | "lengths">,
  purpose: Purpose,
) {
  const inputs = network.inputs.map(({ name, symbol }, i) => input(name, shapes[i]!, symbol.dtype));
  const updates = new Map<Tensor, Tensor>();
  let key: Tensor | undefined;
  let streams = 0;
  const trace: Trace = {
    ...purpose,
    nextStream() {
      key ??= input("key", [2], "int32");
      return [key, streams++];
    },
    update: (variable, value) => updates.set(variable, value),
    latest: (variable) => updates.get(variable) ?? variable,
  };
  const counts = network.inputs.map(({ name }, i) => lengths[i] && input(`${name} lengths`, lengths[i], "int32"));
  const masks = counts.map((list, i) => list && maskOf(list, shapes[i]![1]!));
  const values = network.trace(inputs, trace, masks);
  return {
    inputs: [...inputs, ...counts.filter((list) => list !== undefined)],
    values,
    trace,
    /** So far: what is traced later may add some. */
    get updates() {
      return [...updates].map(([variable, value]) => ({ variable, value }));
    },
    key: () => key,
  };
}

/** [batch, steps], 1 where a row has not ended. */
export function maskOf(lengths: Tensor, steps: number): Tensor {
  return less(iota(steps), reshape(toFloat(lengths), [lengths.size, 1]));
}

/** What training changes: the weights of the model that are not frozen, and the numbers of optimizer and balance. */
export interface Trained {
  readonly parameters: readonly Parameter[];
  readonly optimizerState: readonly StateVariable[];
  /** One for each variable of the balance. */
  readonly balance: readonly Tensor[];
}

export interface Parameter extends WeightRules {
  readonly variable: Tensor;
}

/**
 * One update: the same results as those of an evaluation, and new numbers for all that is trained.
 *
 * @param memory what lasts from one segment of rows to the next
 */
export async function updateOf(
  network: Network,
  objective: Objective,
  { parameters, optimizerState, balance }: Trained,
  shapes: BatchShapes,
  memory?: Memory,
): Promise<ModelComputation> {
  const step = input("step", []);
  const penalties = penaltiesOn(parameters);
  const penalize = (penalty: Tensor) => penalties.push(penalty);
  const { inputs, values, updates, key } = traceNetwork(network, shapes, { training: true, step, penalize, memory });
  const measured = await measure(values, objective, balance, penalties, shapes);
  const variables = parameters.map(({ variable }) => variable);
  const projections = parameters.map(({ project }) => project);
  const made = descend(measured.loss, variables, objective.optimizer, optimizerState, step, projections);
  const { learningRate } = made;
  const balanced = objective.balance.update?.(measured.tasks, balance, { step, learningRate }) ?? [];
  const random = key();
  return {
    inputs: [...inputs, ...measured.inputs, ...(random ? [random] : []), step, learningRate],
    outputs: [measured.loss, ...measured.sums],
    updates: [...made.updates, ...balanced, ...updates],
    run: { key: random, step, learningRate },
  };
}

/** The penalties on the weights that training changes. */
export function penaltiesOn(parameters: readonly Parameter[]): Tensor[] {
  return parameters.flatMap(({ penalty, variable }) => (penalty ? [penalty(variable)] : []));
}

/** @param penalties scalars that are part of the loss whatever the targets are */
export async function measure(
  values: readonly Value[],
  { heads, balance, measures }: Objective,
  variables: readonly Tensor[],
  penalties: readonly Tensor[],
  shapes: BatchShapes,
) {
  const sources: Tensor[] = [];
  const source = (name: string, shape: Shape, dtype?: DType) => {
    sources.push(input(name, shape, dtype));
    return sources.at(-1)!;
  };
  const targets = heads.map(({ output, loss }, i) => source(`${output} target`, shapes.y[i]!, loss.targetDType));
  const isEven =
    heads.every(({ loss }, i) => !loss.ofSequences && !loss.fromLogits && !values[i]!.mask) &&
    ![...shapes.sampleWeight, ...shapes.present].some((shape) => shape);
  const weighing = isEven ? undefined : await import("./weighing.ts");
  const countings = weighing?.countingsOf(heads, values, shapes, source);
  const parts = heads.map(({ output, loss }, i): Part => {
    const [target, prediction, counting] = [targets[i]!, values[i]!.tensor, countings?.[i] ?? {}];
    const exact = exactly(loss, prediction);
    return {
      output,
      kind: loss.logits || loss.fromLogits ? "classification" : "regression",
      loss: weighing
        ? weighing.weigh(loss, exact.values, target, exact.from, counting)
        : meanLoss(exact.values, target, exact.from),
      target,
      prediction,
      counting,
    };
  });
  const joint = balance.combine(parts, variables);
  return {
    inputs: sources,
    tasks: parts,
    loss: penalties.reduce(add, joint.loss),
    sums: [...measures.values()].map(({ head, sums }) => sums(parts[head]!, joint.weights)),
  };
}

/** One output in one batch: what its measures are made of. */
export interface Part extends Task {
  readonly target: Tensor;
  readonly prediction: Tensor;
  readonly counting: Counting;
}

/** What a loss is computed from: logits, where the last activation is the one that it undoes. */
function exactly({ values, logits }: Loss, prediction: Tensor) {
  const activated = logitsOf(prediction);
  return activated && logits?.activation === activated.activation
    ? { values: logits.values, from: activated.logits }
    : { values, from: prediction };
}
