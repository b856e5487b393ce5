/** One layer of middle size. */
export const w2 = {
  name: "W2",
  title: "LSTM 256",
  modes: ["train", "predict"],
  batch: 64,
  time: 100,
  features: 64,
  layers: [
    { kind: "lstm", units: 256 },
    { kind: "dense", units: 1 },
  ],
  loss: "meanSquaredError",
};
