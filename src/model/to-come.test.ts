import { expect, test } from "vitest";
import { referenceEngine } from "../engine/reference/reference.ts";
import { lstm } from "../layers/lstm.ts";
import { knownCatalogue, loadCatalogue } from "../train/by-name.ts";
import { meanSquaredError } from "../train/losses/mean-squared-error.ts";
import { adam } from "../train/optimizers/adam.ts";
import { adamW } from "../train/optimizers/adam-w.ts";
import { sequential } from "./sequential.ts";

const x = { data: Float32Array.from({ length: 48 }, (_, i) => Math.sin(i * i)), shape: [8, 3, 2] };
const y = { data: Float32Array.from({ length: 16 }, (_, i) => Math.cos(i)), shape: [8, 2] };

const told = [
  { clipNorm: 0.01 },
  { clipValue: 0.001, emaMomentum: 0.5 },
  { globalClipNorm: 0.01, weightDecay: 0.5, gradientAccumulationSteps: 2 },
];

const train = async (optimizer: ReturnType<typeof adam>) => {
  const net = sequential([lstm(2, { inputShape: [3, 2] })]);
  net.compile({ loss: meanSquaredError(), optimizer, engine: referenceEngine() });
  await net.fit(x, y, { epochs: 3, batchSize: 4 });
  return net.getWeights().map(({ data }) => Array.from(data));
};

test("optimizers that are told more than their learning rate get it before the first update", async () => {
  const early = [adam(), adamW(), adamW({ weightDecay: 0.1 })];
  for (const optimizer of early) expect(optimizer.transformation.isToCome).toBeFalsy();
  const plain = await train(adam({ learningRate: 0.1 }));
  expect(knownCatalogue()).toBeUndefined();

  const optimizers = told.map((options) => adam({ learningRate: 0.1, ...options }));
  for (const { transformation } of optimizers) expect(transformation.isToCome).toBe(true);
  const trained = await Promise.all(optimizers.map(train));

  await loadCatalogue();
  for (const [i, options] of told.entries()) {
    const optimizer = adam({ learningRate: 0.1, ...options });
    expect(optimizer.transformation.isToCome).toBeFalsy();
    expect(trained[i]).toEqual(await train(optimizer));
    if (i !== 1) expect(trained[i]).not.toEqual(plain);
  }
});
