/** A cell of the user's own in the sizes of W2. */
export const w6 = {
  name: "W6",
  title: "a cell of one's own, 256 units",
  modes: ["train"],
  batch: 64,
  time: 100,
  features: 64,
  layers: [
    { kind: "minimalGatedUnit", units: 256 },
    { kind: "dense", units: 1 },
  ],
  loss: "meanSquaredError",
};
