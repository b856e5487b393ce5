/** What a model computes, as graphs for batches of given shapes: each is one program and one call. */

import { logitsOf } from "../cells/activations.ts";
import {
  abs,
  add,
  type Computation,
  type DType,
  full,
  input,
  iota,
  less,
  lessEqual,
  mul,
  reshape,
  type Shape,
  select,
  split,
  stack,
  sum,
  type Tensor,
  toFloat,
} from "../graph/index.ts";
import { expandMask } from "../layers/mask.ts";
import type { Memory, Trace } from "../layers/trace.ts";
import type { Value } from "../layers/value.ts";
import type { WeightRules } from "../layers/weight-options.ts";
import type { BalanceContext, Task } from "../train/balance/balance.ts";
import { descend, type StateVariable } from "../train/descend.ts";
import { trainsOnLogits } from "../train/losses/loss.ts";
import { weightedLoss, weightedSequenceLoss } from "../train/losses/weighted-loss.ts";
import type { Weighting } from "../train/weighting.ts";
import type { Network } from "./network.ts";
import type { Head, Objective } from "./objective.ts";

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
 * @param guarded nothing changes where the loss or a parameter would not be finite; whether they are is the last result
 * @param shared for a balance that updates its variables itself
 * @param memory what lasts from one segment of rows to the next
 */
export function updateOf(
  network: Network,
  objective: Objective,
  { parameters, optimizerState, balance }: Trained,
  shapes: BatchShapes,
  guarded: boolean,
  shared: BalanceContext["shared"] | undefined,
  memory?: Memory,
): ModelComputation {
  const step = input("step", []);
  const penalties = penaltiesOn(parameters);
  const penalize = (penalty: Tensor) => penalties.push(penalty);
  const { inputs, values, updates, key } = traceNetwork(network, shapes, { training: true, step, penalize, memory });
  const measured = measure(values, objective, balance, penalties, shapes);
  const variables = parameters.map(({ variable }) => variable);
  const projections = parameters.map(({ project }) => project);
  const made = descend(measured.loss, variables, objective.optimizer, optimizerState, step, projections);
  const { learningRate } = made;
  const balanced =
    (shared && objective.balance.update?.(measured.tasks, balance, { step, learningRate, shared })) ?? [];
  const random = key();
  const changes = [...made.updates, ...balanced, ...updates];
  const allFinite = guarded ? areFinite([measured.loss, ...changes.map(({ value }) => value)]) : undefined;
  return {
    inputs: [...inputs, ...measured.inputs, ...(random ? [random] : []), step, learningRate],
    outputs: [measured.loss, ...measured.sums, ...(allFinite ? [allFinite] : [])],
    updates: allFinite
      ? changes.map(({ variable, value }) => ({ variable, value: select(allFinite, value, variable) }))
      : changes,
    run: { key: random, step, learningRate },
  };
}

/** 1 where all numbers of all tensors are finite, else 0: no float32 is larger than this. */
function areFinite(tensors: readonly Tensor[]): Tensor {
  return tensors.map((x) => lessEqual(abs(sum(x)), 3.4028234e38)).reduce((all, one) => mul(all, one));
}

/** The penalties on the weights that training changes. */
export function penaltiesOn(parameters: readonly Parameter[]): Tensor[] {
  return parameters.flatMap(({ penalty, variable }) => (penalty ? [penalty(variable)] : []));
}

/** @param penalties scalars that are part of the loss whatever the targets are */
export function measure(
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
  const optional = (name: string, list: readonly (Shape | undefined)[]) =>
    heads.map(({ output }, i) => list[i] && source(`${output} ${name}`, list[i]));
  const targets = heads.map(({ output, loss }, i) => source(`${output} target`, shapes.y[i]!, loss.targetDType));
  const weights = optional("sampleWeight", shapes.sampleWeight);
  const present = optional("present", shapes.present);
  const weightings = heads.map((_, i): Weighting => {
    const mask = bothOf(values[i]!.mask, present[i]);
    return { ...(weights[i] && { sampleWeight: weights[i] }), ...(mask && { mask }) };
  });
  const tasks = heads.map((head, i): Task => {
    const loss = lossOf(head, targets[i]!, values[i]!.tensor, weightings[i]!);
    return {
      output: head.output,
      kind: head.loss.logits || head.loss.fromLogits ? "classification" : "regression",
      loss,
    };
  });
  const joint = balance.combine(tasks, variables);
  const sums = [...measures.values()].map(({ head, of }) => {
    const { tensor } = values[head]!;
    if (typeof of === "object") return of.sums(targets[head]!, tensor, weightings[head]!);
    const rows = rowsIn(tensor.shape[0]!, present[head]);
    const share = () => reshape(split(joint.weights, heads.length, 0)[head]!, []);
    return stack([mul(of === "loss" ? tasks[head]!.loss : share(), rows), rows]);
  });
  return { inputs: sources, targets, tasks, loss: penalties.reduce(add, joint.loss), sums };
}

/** What counts for both: a mask [batch, time] and which targets there are, [batch, time] or more axes. */
function bothOf(mask: Tensor | undefined, present: Tensor | undefined): Tensor | undefined {
  return mask && present ? mul(expandMask(mask, present), present) : (mask ?? present);
}

/** Rows with a target, as a scalar. */
function rowsIn(rows: number, present: Tensor | undefined): Tensor {
  return present === undefined ? full([], rows) : sum(less(0, sum(reshape(present, [rows, -1]), { axes: [1] })));
}

/** The loss of one output, from logits where its last activation is the one that the loss undoes. */
function lossOf({ loss }: Head, target: Tensor, prediction: Tensor, weighting: Weighting): Tensor {
  const activated = logitsOf(prediction);
  const weighted = loss.ofSequences ? weightedSequenceLoss : weightedLoss;
  return activated && loss.logits && trainsOnLogits(loss, activated.activation)
    ? weighted(loss.logits.values, target, activated.logits, weighting)
    : weighted(loss.values, target, prediction, weighting);
}
