/** A stream: one step of one row at a time, the state kept between calls. */
export const w4 = {
  name: "W4",
  title: "one step of an LSTM 64, one row",
  modes: ["stream"],
  batch: 1,
  time: 1,
  features: 64,
  layers: [{ kind: "lstm", units: 64 }],
};
