/** How fast an engine is on this machine: two measurements of about a second each. */
import type { Engine } from "../engine/engine.ts";
import { Session } from "../engine/session.ts";
import { matmul, variable } from "../graph/index.ts";
import { dense, lstm, sequential } from "../index.ts";

const SECOND = 1000;

/** The median time of one run in milliseconds, from as many runs as fit into a second, after one to warm up. */
async function medianTime(run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  const end = performance.now() + SECOND;
  for (let start = performance.now(); start < end || times.length === 0; start = performance.now()) {
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

/** Numbers from −1 to 1, the same every time. */
const numbers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => ((index * 7919) % 2003) / 1001.5 - 1);

/** Billions of floating-point operations per second in a product of matrices 512 × 512. */
export async function measureProduct(engine: Engine): Promise<number> {
  const size = 512;
  const session = new Session(engine);
  const matrix = () => variable("matrix", [size, size]);
  const [a, b, product] = [matrix(), matrix(), matrix()];
  for (const x of [a, b]) session.set(x, numbers(size * size));
  const updates = [{ variable: product, value: matmul(a, b) }];
  const prepared = session.prepare({ inputs: [], outputs: [], updates });
  const milliseconds = await medianTime(() => prepared.run([]));
  return (2 * size ** 3) / milliseconds / 1e6;
}

/** Milliseconds of one training step: three stacked LSTM(50), 128 sequences of 50 steps and 8 features, Adam. */
export async function measureTraining(engine: Engine): Promise<number> {
  const [batch, steps, features, classes] = [128, 50, 8, 10];
  const model = sequential([
    lstm(50, { returnSequences: true, inputShape: [steps, features] }),
    lstm(50, { returnSequences: true }),
    lstm(50),
    dense(classes, { activation: "softmax" }),
  ]);
  model.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "adam", engine });
  const x = { data: numbers(batch * steps * features), shape: [batch, steps, features] };
  const y = { data: Int32Array.from({ length: batch }, (_, row) => row % classes), shape: [batch] };
  return await medianTime(() => model.trainOnBatch(x, y));
}
