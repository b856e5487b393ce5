import { mnist } from "../data/mnist.js";
import { rowsOf } from "../data/sequences.js";
import { runAlone } from "../driver/alone.js";
import { adam, cosineDecay, dense, lstm, sequential } from "../rondo.js";

const batchSize = 128;

async function run({ seed, quick }) {
  const { train, test } = mnist();
  const epochs = quick ? 1 : 12;
  const rows = quick ? 1280 : train.y.length;
  const net = sequential([lstm(128, { inputShape: [28, 28] }), dense(10, { activation: "softmax" })]);
  const decaySteps = epochs * Math.ceil(rows / batchSize);
  net.compile({
    loss: "sparseCategoricalCrossentropy",
    optimizer: adam({
      learningRate: cosineDecay({ initialLearningRate: 3e-3, decaySteps, alpha: 0.01 }),
      globalClipNorm: 1,
    }),
    metrics: ["accuracy"],
    seed,
  });
  const x = quick ? rowsOf(train.x, [...Array(rows).keys()]) : train.x;
  await net.fit(x, train.y.subarray(0, rows), { epochs, batchSize, seed });
  const { accuracy } = await net.evaluate(test.x, test.y, { batchSize: 500 });
  return { figure: accuracy, epochs };
}

export const task = {
  name: "mnist-rows",
  title: "MNIST, row by row",
  setting:
    "The 28 rows of a digit as 28 steps; one LSTM of 128 units, 12 epochs of Adam, accuracy on the 10,000 test digits.",
  variants: [
    {
      name: "lstm",
      title: "LSTM 128",
      percent: true,
      atLeast: 0.99,
      references: [
        {
          figure: 0.9914,
          what: "PyTorch, LSTM of 128 units, 90 s on 2 cores, one seed",
          source: "one run, whose script was not kept",
        },
      ],
      run,
    },
  ],
};

await runAlone(task, import.meta.url);
