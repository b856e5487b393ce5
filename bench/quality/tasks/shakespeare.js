import { shakespeare } from "../data/shakespeare.js";
import { runAlone } from "../driver/alone.js";
import { budget } from "../driver/budget.js";
import { random } from "../driver/random.js";
import { adam, cosineDecay, dense, embedding, input, lstm, model } from "../rondo.js";

const [rows, time] = [64, 128];
const learningRate = 4e-3;
/** Updates that are compared with PyTorch's. */
const STEPS = 1000;
/** The validation text is cut into so many rows, each read from its beginning to its end. */
const VALIDATION_ROWS = 32;

function network(vocabulary, rate, seed) {
  const ids = input({ shape: [null], dtype: "int32" });
  const hidden = lstm(256, { returnSequences: true }).apply(embedding(vocabulary, 64).apply(ids));
  const net = model({ inputs: ids, outputs: dense(vocabulary, { activation: "softmax" }).apply(hidden) });
  net.compile({
    loss: "sparseCategoricalCrossentropy",
    optimizer: adam({ learningRate: rate, globalClipNorm: 1 }),
    seed,
  });
  return net;
}

/** Windows from anywhere in the text, and the same one character later. */
function* windows(text, seed, count) {
  const source = random(seed, 1);
  for (let i = 0; i < count; i++) {
    const [x, y] = [new Int32Array(rows * time), new Int32Array(rows * time)];
    for (let row = 0; row < rows; row++) {
      const start = source.below(text.length - time - 1);
      x.set(text.subarray(start, start + time), row * time);
      y.set(text.subarray(start + 1, start + time + 1), row * time);
    }
    yield { x: { data: x, shape: [rows, time] }, y: { data: y, shape: [rows, time] } };
  }
}

async function validationLoss(net, text) {
  const width = Math.floor((text.length - 1) / VALIDATION_ROWS);
  const shape = [VALIDATION_ROWS, width];
  const [x, y] = [0, 1].map((by) => ({ data: text.slice(by, by + VALIDATION_ROWS * width), shape }));
  return (await net.evaluate(x, y)).loss;
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
  setting:
    "An embedding of 64, one LSTM of 256 units, a softmax over 65 characters: about 350,000 weights. Adam on batches of 64 windows of 128 characters from the first 90 % of the text; the loss on the last 10 %, read in 32 rows.",
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
        { what: "the same network, data and schedule in PyTorch", source: "bench/quality/references/shakespeare.py" },
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
