/** Golden cases of training: the loss before each of some updates on one batch, and the weights after them. */
import { type EngineName, input, type Layer, type LossName, type Model, type OptimizerName, sequential } from "rondo";
import { expect } from "vitest";
import { array, expectNear, type Golden, type Tolerance } from "./golden.ts";
import { type GoldenLayer, layerOf } from "./golden-layers.ts";

export interface TrainingCase {
  readonly name: string;
  readonly layers: readonly GoldenLayer[];
  readonly loss: LossName;
  readonly optimizer: OptimizerName;
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly x: Golden;
  readonly y: Golden;
  readonly initialWeights: readonly Golden[];
  readonly losses: readonly number[];
  readonly finalWeights: readonly Golden[];
}

/** Trains batch by batch and, on a second model, with `fit`: both ways must give what the file says. */
export async function expectTraining(
  engine: EngineName,
  golden: TrainingCase,
  lossTolerance: Tolerance,
  weightTolerance: Tolerance,
): Promise<void> {
  const [x, y] = [array(golden.x), array(golden.y)];
  const expectWeights = (net: Model) => {
    const found = net.getWeights();
    expect(found.length).toBe(golden.finalWeights.length);
    for (const [i, { name, data }] of found.entries()) expectNear(data, golden.finalWeights[i]!, weightTolerance, name);
  };

  const byBatch = modelOf(engine, golden);
  const losses: number[] = [];
  for (const _ of golden.losses) losses.push((await byBatch.trainOnBatch(x, y)).loss!);
  expectNear(losses, golden.losses, lossTolerance, "losses");
  expectWeights(byBatch);

  const fitted = modelOf(engine, golden);
  const { metrics } = await fitted.fit(x, y, { epochs: golden.losses.length, batchSize: x.shape[0]!, shuffle: false });
  expectNear(metrics.loss!, golden.losses, lossTolerance, "losses of fit");
  expectWeights(fitted);
}

function modelOf(engine: EngineName, { layers, loss, optimizer, options, x, initialWeights }: TrainingCase): Model {
  const net = sequential([input({ shape: x.shape.slice(1) }), ...layers.map((layer) => layerOf(layer) as Layer)]);
  net.compile({ loss, optimizer: { name: optimizer, ...options }, engine });
  net.setWeights(initialWeights.map(array));
  return net;
}
