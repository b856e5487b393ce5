import { shakespeare } from "../data/shakespeare.js";
import { runAlone } from "../driver/alone.js";
import { budget } from "../driver/budget.js";
import { random } from "../driver/random.js";
import { adam, cosineDecay, dense, embedding, input, lstm, model } from "../rondo.js";

const [rows, time] = [32, 64];
const learningRate = 12e-3;
/** Updates that are compared with PyTorch's. */
const STEPS = 1000;

/** The state goes on from one window to the next. */
function network(vocabulary, rate, seed) {
  const ids = input({ shape: [null], dtype: "int32" });
  const embedded = embedding(vocabulary, 64, { embeddingsInitializer: { name: "randomNormal", stddev: 1 } }).apply(ids);
  const hidden = lstm(256, { returnSequences: true, stateful: true }).apply(embedded);
  const net = model({ inputs: ids, outputs: dense(vocabulary, { activation: "softmax" }).apply(hidden) });
  net.compile({
    loss: "sparseCategoricalCrossentropy",
    optimizer: adam({ learningRate: rate, globalClipNorm: 1 }),
    seed,
  });
  return net;
}

/**
 * Rows read parts of the text of equal length, window after window, and the same one character later; when they have
 * come to an end they begin again elsewhere, the text taken as a ring.
 */
function* windows(text, seed, count) {
  const source = random(seed, 1);
  const [ring, width] = [text.length - 1, Math.floor((text.length - 1) / rows)];
  for (let i = 0, start = 0, read = width; i < count; i++, read += time) {
    if (read + time > width) [start, read] = [source.below(ring), 0];
    const [x, y] = [new Int32Array(rows * time), new Int32Array(rows * time)];
    for (let row = 0; row < rows; row++) {
      for (let t = 0; t < time; t++) {
        const at = (start + row * width + read + t) % ring;
        x[row * time + t] = text[at];
        y[row * time + t] = text[at + 1];
      }
    }
    yield { x: { data: x, shape: [rows, time] }, y: { data: y, shape: [rows, time] } };
  }
}

/** The validation text in as many rows as in training, each read from its beginning to its end. */
async function validationLoss(net, text) {
  const width = Math.floor((text.length - 1) / rows);
  const [x, y] = [0, 1].map((by) => ({ data: text.slice(by, by + rows * width), shape: [rows, width] }));
  net.resetStates();
  return (await net.evaluate(x, y, { batchSize: rows })).loss;
}

async function train(seed, rate, steps, callbacks) {
  const { vocabulary, train: text, validation } = shakespeare();
  const net = network(vocabulary, rate, seed);
  const start = performance.now();
  await net.fit(() => windows(text, seed, steps), { callbacks });
  const seconds = (performance.now() - start) / 1000;
  return { figure: await validationLoss(net, validation), updates: net.step, trainingSeconds: Math.round(seconds) };
}

const common = { unit: "nats per character", digits: 4 };

export const task = {
  name: "shakespeare",
  title: "Tiny Shakespeare, the next character",
  setting: `An embedding of 64, one LSTM of 256 units, a softmax over 65 characters: about 350,000 weights. Adam on ${rows} rows that read the first 90 % of the text in windows of ${time} characters, the state handed over; the loss on the last 10 %, read in as many rows.`,
  variants: [
    {
      ...common,
      name: "time",
      title: "180 s of training",
      atMost: 1.52,
      references: [
        {
          figure: 1.88,
          what: "nanoGPT on a processor, 0.8 million weights, 3 minutes",
          source: "README of karpathy/nanoGPT",
        },
        { figure: 1.4697, what: "nanoGPT on a GPU, 10.7 million weights", source: "README of karpathy/nanoGPT" },
      ],
      run: ({ seed, quick }) =>
        train(seed, learningRate, quick ? 5 : 1e6, [budget({ seconds: quick ? 3 : 180, learningRate })]),
    },
    {
      ...common,
      name: "steps",
      title: `${STEPS} updates`,
      references: [
        {
          figure: 1.5311,
          what: "the same network, data and schedule in PyTorch 2.13 (1.5311, 1.5665, 1.5200)",
          source: "bench/quality/references/shakespeare.py",
        },
      ],
      run: ({ seed, quick }) => {
        const steps = quick ? 5 : STEPS;
        return train(
          seed,
          cosineDecay({ initialLearningRate: learningRate, decaySteps: steps, alpha: 0.01 }),
          steps,
          [],
        );
      },
    },
  ],
};

await runAlone(task, import.meta.url);
