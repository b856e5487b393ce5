/** Letters in, the next letter out. */
export const w5 = {
  name: "W5",
  title: "LSTM 512 + 512 over a vocabulary of 65",
  modes: ["train", "predict"],
  batch: 50,
  time: 50,
  layers: [
    { kind: "embedding", vocabulary: 65, width: 64 },
    { kind: "lstm", units: 512, sequences: true },
    { kind: "lstm", units: 512, sequences: true },
    { kind: "dense", units: 65, activation: "softmax" },
  ],
  loss: "sparseCategoricalCrossentropy",
};
