/** What a model computes, as graphs for batches of given shapes: each is one program and one call. */

import { logitsOf } from "../cells/activations.ts";
import {
  add,
  type Computation,
  type DType,
  input,
  label,
  mul,
  type Shape,
  type Tensor,
  uniform,
} from "../graph/index.ts";
import type { Trace } from "../layers/layer.ts";
import type { Value } from "../layers/value.ts";
import { trainsOnLogits } from "../train/losses/loss.ts";
import { weightedLoss } from "../train/losses/weighted-loss.ts";
import { type StateVariable, trainStep } from "../train/train-step.ts";
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

/** The layers traced for training or not. @param step of training */
function traceNetwork(network: Network, shapes: readonly Shape[], training: boolean, step?: Tensor) {
  const inputs = network.inputs.map(({ name, symbol }, i) => input(name, shapes[i]!, symbol.dtype));
  const updates: { variable: Tensor; value: Tensor }[] = [];
  let key: Tensor | undefined;
  let streams = 0;
  const trace: Trace = {
    training,
    step,
    random(shape) {
      key ??= input("key", [2], "int32");
      return uniform(key, streams++, shape);
    },
    update: (variable, value) => updates.push({ variable, value }),
  };
  return { inputs, values: network.trace(inputs, trace), updates, key: () => key };
}

/** The outputs of the model. */
export function predictionOf(network: Network, shapes: readonly Shape[]): ModelComputation {
  const { inputs, values, updates } = traceNetwork(network, shapes, false);
  // An output may be an input or a variable as it is; a result is always something of its own.
  const outputs = values.map(({ tensor }, i) => label(tensor, network.outputs[i]!.name));
  return { inputs, outputs, updates, run: { key: undefined } };
}

/** The loss as a scalar and the sums of each metric. */
export function evaluationOf(network: Network, objective: Objective, shapes: BatchShapes): ModelComputation {
  const { inputs, values, updates } = traceNetwork(network, shapes.x, false);
  const measured = measure(values, objective.heads, shapes);
  return {
    inputs: [...inputs, ...measured.inputs],
    outputs: [measured.loss, ...measured.sums],
    updates,
    run: { key: undefined },
  };
}

/**
 * One update: the same results as those of an evaluation, and new numbers for parameters and optimizer.
 *
 * @param parameters the weights that training changes
 */
export function updateOf(
  network: Network,
  objective: Objective,
  parameters: readonly Tensor[],
  state: readonly StateVariable[],
  shapes: BatchShapes,
): ModelComputation {
  const step = input("step", []);
  const { inputs, values, updates, key } = traceNetwork(network, shapes.x, true, step);
  const measured = measure(values, objective.heads, shapes);
  const made = trainStep(measured.loss, parameters, objective.optimizer, state, step);
  const { learningRate } = made;
  const random = key();
  return {
    inputs: [...inputs, ...measured.inputs, ...(random ? [random] : []), step, learningRate],
    outputs: [measured.loss, ...measured.sums],
    updates: [...made.updates, ...updates],
    run: { key: random, step, learningRate },
  };
}

function measure(values: readonly Value[], heads: readonly Head[], shapes: BatchShapes) {
  const source = (name: string, shape: Shape, dtype?: DType) => input(name, shape, dtype);
  const targets = heads.map(({ output, loss }, i) => source(`${output} target`, shapes.y[i]!, loss.targetDType));
  const weights = heads.map(({ output }, i) => {
    const shape = shapes.sampleWeight[i];
    return shape && source(`${output} sampleWeight`, shape);
  });
  const sums: Tensor[] = [];
  const losses = heads.map((head, i) => {
    const { tensor, mask } = values[i]!;
    const sampleWeight = weights[i];
    const weighting = { ...(sampleWeight && { sampleWeight }), ...(mask && { mask }) };
    for (const metric of head.metrics.values()) sums.push(metric.sums(targets[i]!, tensor, weighting));
    const loss = lossOf(head, targets[i]!, tensor, weighting);
    return head.weight === 1 ? loss : mul(loss, head.weight);
  });
  return { inputs: [...targets, ...weights.filter((weight) => weight !== undefined)], loss: losses.reduce(add), sums };
}

/** The loss of one output, from logits where its last activation is the one that the loss undoes. */
function lossOf({ loss }: Head, target: Tensor, prediction: Tensor, weighting: Weighting): Tensor {
  const activated = logitsOf(prediction);
  return activated && loss.logits && trainsOnLogits(loss, activated.activation)
    ? weightedLoss(loss.logits.values, target, activated.logits, weighting)
    : weightedLoss(loss.values, target, prediction, weighting);
}
