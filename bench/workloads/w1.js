/** The article's network. */
export const w1 = {
  name: "W1",
  title: "LSTM 50 + 50 + 50, softmax 10",
  modes: ["train", "predict"],
  batch: 128,
  time: 50,
  features: 8,
  layers: [
    { kind: "lstm", units: 50, sequences: true },
    { kind: "lstm", units: 50, sequences: true },
    { kind: "lstm", units: 50 },
    { kind: "dense", units: 10, activation: "softmax" },
  ],
  loss: "categoricalCrossentropy",
};
