/**
 * Work on several threads, several models at once, models dropped in the middle: what sanitizers should see. Every result
 * must be that of one thread, bit for bit. `node stress.js` after `npm run build`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { adam, dense, embedding, gru, lstm, masking, nativeEngine, sequential } from "../../dist/index.js";

const numbers = (length) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 2003) / 1001.5 - 1);
const series = (rows, steps, features) => ({
  data: numbers(rows * steps * features),
  shape: [rows, steps, features],
});
const classes = (rows, count) => ({ data: Int32Array.from({ length: rows }, (_, i) => i % count), shape: [rows] });

/** Networks that between them use every kind of instruction. */
const tasks = [
  {
    make: () => [
      lstm(20, { returnSequences: true, inputShape: [12, 6], dropout: 0.2, recurrentDropout: 0.2 }),
      lstm(17),
      dense(5, { activation: "softmax" }),
    ],
    x: series(37, 12, 6),
    y: classes(37, 5),
  },
  {
    make: () => [masking({ inputShape: [9, 4] }), gru(33), dense(3, { activation: "softmax" })],
    x: series(50, 9, 4),
    y: classes(50, 3),
  },
  {
    make: () => [embedding(11, 40, { inputShape: [15] }), gru(40), dense(11, { activation: "softmax" })],
    x: { data: Int32Array.from({ length: 24 * 15 }, (_, i) => (i * i) % 11), shape: [24, 15] },
    y: classes(24, 11),
  },
];

async function train({ make, x, y }, engine, updates) {
  const model = sequential(make());
  model.compile({ loss: "sparseCategoricalCrossentropy", optimizer: adam(), seed: 7, engine });
  const losses = [];
  for (let update = 0; update < updates; update++) {
    losses.push((await model.trainOnBatch(x, y)).loss);
    if (update % 3 === 0) losses.push((await model.predict(x)).data[0]);
  }
  return losses;
}

const trainAll = (threads, updates) =>
  Promise.all(tasks.map((task) => train(task, nativeEngine({ threads }), updates))).then(JSON.stringify);

const updates = 12;
const expected = await trainAll(1, updates);
for (const threads of [2, 3, 5]) {
  const one = nativeEngine({ threads });
  // Dropped while it runs.
  void train(tasks[0], nativeEngine({ threads }), 3);
  const shared = await Promise.all(tasks.map((task) => train(task, one, updates))).then(JSON.stringify);
  const apart = await trainAll(threads, updates);
  globalThis.gc?.();
  await sleep(1);
  if (shared !== expected || apart !== expected) {
    console.error(`Expected ${threads} threads to give the losses of one, got others.`);
    process.exitCode = 1;
  }
}
// The process ends in the middle of a run.
void train(tasks[1], nativeEngine({ threads: 2 }), 1000);
setTimeout(() => process.exit(), 30);
