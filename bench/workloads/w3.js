/** Long sequences, few rows. */
export const w3 = {
  name: "W3",
  title: "GRU 128",
  modes: ["train", "predict"],
  batch: 32,
  time: 200,
  features: 32,
  layers: [
    { kind: "gru", units: 128 },
    { kind: "dense", units: 1 },
  ],
  loss: "meanSquaredError",
};
