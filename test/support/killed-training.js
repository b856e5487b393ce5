// Trains with a checkpoint after every update, or goes on from it; prints the weights and the history in the end.
import { existsSync } from "node:fs";
import {
  adam,
  dense,
  dropout,
  earlyStopping,
  gru,
  load,
  modelCheckpoint,
  sequential,
  swapEmaWeights,
} from "../../dist/index.js";

const path = process.argv[2];
const wave = (size, shift) => Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) + shift));
const x = { data: wave(48 * 6 * 2, 0), shape: [48, 6, 2] };
const y = { data: wave(48, 1), shape: [48, 1] };

const isSaved = existsSync(path);
const net = isSaved
  ? await load(path, { engine: "wasm" })
  : sequential([gru(6, { inputShape: [6, 2], recurrentDropout: 0.2 }), dropout(0.2), dense(1)]);
if (!isSaved) {
  const optimizer = adam({ learningRate: 0.01, emaMomentum: 0.9, gradientAccumulationSteps: 2 });
  net.compile({ loss: "huber", optimizer, metrics: ["meanAbsoluteError"], engine: "wasm", seed: 4 });
}
const history = await net.fit(x, y, {
  epochs: 10,
  batchSize: 5,
  seed: 9,
  validationSplit: 0.2,
  resume: isSaved,
  callbacks: [
    earlyStopping({ patience: 99 }),
    swapEmaWeights(),
    modelCheckpoint({ path, saveFrequency: 1 }),
    { name: "begun", onBatchEnd: () => void process.stdout.write(".") },
  ],
});
console.log(`\n${JSON.stringify({ history, weights: net.getWeights().map(({ data }) => Array.from(data)) })}`);
