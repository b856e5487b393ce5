import { jsb, keys } from "../data/jsb.js";
import { padded } from "../data/sequences.js";
import { runAlone } from "../driver/alone.js";
import {
  adam,
  dense,
  dropout,
  earlyStopping,
  lstm,
  masking,
  reduceLearningRateOnPlateau,
  sequential,
} from "../rondo.js";

async function run({ seed, quick }) {
  const { train, valid, test } = jsb();
  const arraysOf = (chorales) => {
    const time = Math.max(...chorales.map(({ length }) => length)) - 1;
    const of = (part) => padded(chorales.map(part), keys, time);
    return [of((frames) => frames.slice(0, -1)), of((frames) => frames.slice(1))];
  };
  const net = sequential([
    masking({ maskValue: Number.NaN, inputShape: [null, keys] }),
    dropout(0.1),
    lstm(200, { returnSequences: true, recurrentDropout: 0.3 }),
    dropout(0.4),
    dense(keys, { activation: "sigmoid" }),
  ]);
  // As a metric, the loss is the mean over all frames that count and over the keys.
  net.compile({
    loss: "binaryCrossentropy",
    optimizer: adam({ learningRate: 2e-3, globalClipNorm: 1 }),
    metrics: ["binaryCrossentropy"],
    seed,
  });
  const monitor = "val_binaryCrossentropy";
  const history = await net.fit(...arraysOf(quick ? train.slice(0, 16) : train), {
    epochs: quick ? 1 : 200,
    batchSize: 16,
    validationData: arraysOf(valid),
    seed,
    callbacks: [
      reduceLearningRateOnPlateau({ monitor, factor: 0.5, patience: 5 }),
      earlyStopping({ monitor, patience: 16, restoreBestWeights: true }),
    ],
  });
  const measured = await net.evaluate(...arraysOf(test), { batchSize: 77 });
  return { figure: measured.binaryCrossentropy * keys, epochs: history.epochs.length };
}

export const task = {
  name: "jsb",
  title: "JSB chorales, the next chord",
  setting:
    "One frame for each quarter note, 88 keys; one LSTM of 200 units with dropout, 249,000 weights; Adam, stopped by the validation chorales, by which dropout was chosen too; negative log likelihood of a frame, summed over keys, mean over all frames of the test chorales.",
  variants: [
    {
      name: "lstm",
      title: "LSTM 200",
      unit: "nats per frame",
      atMost: 8.55,
      references: [
        {
          figure: 8.45,
          what: "LSTM, 300,000 weights",
          source: "Bai, Kolter & Koltun 2018, table 1, quoted from memory",
        },
        { figure: 8.43, what: "GRU", source: "Bai, Kolter & Koltun 2018, table 1, quoted from memory" },
        { figure: 8.1, what: "TCN", source: "Bai, Kolter & Koltun 2018, table 1, quoted from memory" },
        {
          figure: 8.515,
          what: "PyTorch, LSTM of 200 units, 100 s on 2 cores, one seed",
          source: "one run, whose script was not kept",
        },
        { figure: 11.09, what: "each key with its own frequency", source: "computed from the training chorales" },
      ],
      run,
    },
  ],
};

await runAlone(task, import.meta.url);
