/** From the description of a model to the loss of its first update, at several lengths. */
export const firstCalls = [50, 200, 1000].map((time) => ({
  name: `first call, T = ${time}`,
  title: "LSTM 64, from building the model to the first loss",
  modes: ["train"],
  batch: 32,
  time,
  features: 8,
  layers: [
    { kind: "lstm", units: 64 },
    { kind: "dense", units: 1 },
  ],
  loss: "meanSquaredError",
}));
