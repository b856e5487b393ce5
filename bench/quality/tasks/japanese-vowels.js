import { momentsOf, standardized } from "../data/folds.js";
import { padded } from "../data/sequences.js";
import { ucr } from "../data/ucr.js";
import { runAlone } from "../driver/alone.js";
import { adam, bidirectional, cosineDecay, dense, dropout, gru, masking, sequential } from "../rondo.js";

const features = 12;
const batchSize = 18;

async function run({ seed, quick }) {
  const { train, test, classes } = ucr("JapaneseVowels");
  const moments = momentsOf(train.series.flat(), features);
  const arrayOf = ({ series }) =>
    padded(
      series.map((steps) => standardized(steps, moments)),
      features,
    );
  const epochs = quick ? 2 : 60;
  const net = sequential([
    masking({ maskValue: Number.NaN, inputShape: [null, features] }),
    bidirectional(gru(64)),
    dropout(0.3),
    dense(classes, { activation: "softmax" }),
  ]);
  const decaySteps = epochs * Math.ceil(train.labels.length / batchSize);
  net.compile({
    loss: "sparseCategoricalCrossentropy",
    optimizer: adam({ learningRate: cosineDecay({ initialLearningRate: 4e-3, decaySteps, alpha: 0.01 }) }),
    metrics: ["accuracy"],
    seed,
  });
  await net.fit(arrayOf(train), train.labels, { epochs, batchSize, seed });
  const { accuracy } = await net.evaluate(arrayOf(test), test.labels, { batchSize: 74 });
  return { figure: accuracy, epochs };
}

export const task = {
  name: "japanese-vowels",
  title: "JapaneseVowels: nine speakers, 7 to 29 steps",
  setting:
    "Twelve channels, unequal lengths by a mask; a bidirectional GRU of 64 units each way, 60 epochs on the 270 training rows, accuracy on the 370 test rows.",
  variants: [
    {
      name: "gru",
      title: "bidirectional GRU 64",
      percent: true,
      atLeast: 0.975,
      references: [
        { figure: 0.993, what: "FCN", source: "hfawaz/dl-4-tsc" },
        { figure: 0.992, what: "ResNet", source: "hfawaz/dl-4-tsc" },
        { figure: 0.976, what: "MLP", source: "hfawaz/dl-4-tsc" },
        {
          figure: 0.978,
          what: "PyTorch, bidirectional GRU of 64 units, one seed",
          source: "one run, whose script was not kept",
        },
      ],
      run,
    },
  ],
};

await runAlone(task, import.meta.url);
