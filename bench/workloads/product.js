/** The machine's own rate: one large matrix product. */
export const product = {
  name: "MM",
  title: "matrix product 1024 x 1024 x 1024",
  modes: ["predict"],
  batch: 1024,
  features: 1024,
  layers: [{ kind: "dense", units: 1024, bias: false }],
};
