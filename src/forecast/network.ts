import {
  adam,
  type Callback,
  cells,
  dense,
  earlyStopping,
  huber,
  type Layer,
  type Model,
  recurrent,
  sequential,
} from "../index.ts";
import type { CellName } from "./options.ts";
import type { Numbers } from "./samples.ts";

/** The form of a network. */
export interface Architecture {
  cell: CellName;
  units: number;
  layers: number;
}

/** Windows, what followed them, and how much each counts. */
export interface Examples {
  x: Numbers;
  y: Numbers;
  weights: Numbers;
}

export interface Training {
  architecture: Architecture;
  examples: Examples;
  /** Without it, all `epochs` are trained. */
  validation?: Examples;
  epochs: number;
  patience: number;
  batchSize: number;
  seed: number;
  signal?: AbortSignal | undefined;
  onBatch(event: { epoch: number; batch: number; batches: number; loss: number }): void;
  onEpoch(event: { epoch: number; loss: number; validationLoss?: number }): void;
}

export interface TrainedNetwork {
  /** Scaled corrections for scaled inputs: [samples, horizon]. */
  predict(x: Numbers): Promise<Float32Array>;
  /** Counted from 1; the epoch of the lowest validation loss, or the last one. */
  bestEpoch: number;
  /** Epochs trained. */
  epochs: number;
  /** The validation loss at the best epoch, or the training loss without validation. */
  loss: number;
  validationLoss?: number;
  /** The validation loss of no correction at all: the anchor's. */
  anchorLoss?: number;
  engine: string;
}

const LEARNING_RATE = 0.002;

/** Trains a new network: recurrent layers, then one linear layer for all steps of the horizon at once. */
export async function trainNetwork(training: Training): Promise<TrainedNetwork> {
  const { architecture, examples, validation, epochs, patience, batchSize, seed, signal } = training;
  const network = build(architecture, examples);
  network.compile({ loss: huber(), optimizer: adam({ learningRate: LEARNING_RATE, globalClipNorm: 1 }), seed });
  const validationData = validation && ([validation.x, validation.y, validation.weights] as const);
  // The last layer starts at zero, so that the loss before training is that of the anchor alone.
  const before =
    validation && (await network.evaluate(validation.x, validation.y, { sampleWeight: validation.weights }));
  const callbacks = [report(training)];
  if (validation) callbacks.push(earlyStopping({ patience, restoreBestWeights: true }));
  const { metrics } = await network.fit(examples.x, examples.y, {
    ...{ epochs, batchSize, seed, callbacks, sampleWeight: examples.weights },
    ...(validationData && { validationData }),
    ...(signal && { signal }),
  });
  signal?.throwIfAborted();
  const losses = metrics.loss ?? [];
  const validationLosses = metrics.val_loss ?? [];
  const best = validation ? lowest(validationLosses) : losses.length - 1;
  return {
    predict: async (x) => (await network.predict(x, { batchSize: 256 })).data as Float32Array,
    bestEpoch: best + 1,
    epochs: losses.length,
    loss: losses[best] ?? Number.NaN,
    ...(validation && { validationLoss: validationLosses[best] ?? Number.NaN }),
    ...(before && { anchorLoss: before.loss ?? Number.NaN }),
    engine: (await network.engine()).name,
  };
}

function build({ cell, units, layers }: Architecture, { x, y }: Examples): Model {
  const kind = cells.find(({ name }) => name === cell) as (typeof cells)[number];
  const [, window = 0, features = 0] = x.shape;
  const stack = Array.from({ length: layers }, (_, index): Layer => {
    const returnSequences = index < layers - 1;
    return recurrent(kind, units, { returnSequences, ...(index === 0 && { inputShape: [window, features] }) }) as Layer;
  });
  return sequential([...stack, dense(y.shape[1] as number, { kernelInitializer: "zeros" })]);
}

/** Passes on what happens, counted from 1. */
function report({ onBatch, onEpoch }: Training): Callback {
  return {
    name: "report",
    onBatchEnd({ epoch, batch, batches = 0, metrics }) {
      onBatch({ epoch: epoch + 1, batch: batch + 1, batches, loss: metrics.loss ?? Number.NaN });
    },
    onEpochEnd({ epoch, metrics: { loss = Number.NaN, val_loss } }) {
      onEpoch({ epoch: epoch + 1, loss, ...(val_loss !== undefined && { validationLoss: val_loss }) });
    },
  };
}

function lowest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value < (values[best] as number) ? index : best), 0);
}
