/**
 * The layers that workloads are made of: their weights in the order and with the shapes of Keras, and the floating-point
 * operations of one row at one step. Contestants translate them; no contestant knows a workload.
 */

/** Uniform numbers of this size, around 0 or around what `centre` gives for an index. */
const within = (size, centre = () => 0) => ({ size, centre });
const glorot = (rows, columns) => within(Math.sqrt(6 / (rows + columns)));
/** The variance of an orthogonal matrix. */
const recurrent = (units) => within(Math.sqrt(3 / units));

export const kinds = {
  embedding: {
    output: ({ width }) => width,
    weights: (_input, { vocabulary, width }) => [{ shape: [vocabulary, width], values: within(0.5) }],
    flops: () => 0,
  },
  lstm: {
    output: ({ units }) => units,
    weights: (input, { units }) => [
      { shape: [input, 4 * units], values: glorot(input, 4 * units) },
      { shape: [units, 4 * units], values: recurrent(units) },
      // Gates in the order input, forget, candidate, output; forget biases begin near 1.
      { shape: [4 * units], values: within(0.1, (index) => (Math.floor(index / units) === 1 ? 1 : 0)) },
    ],
    flops: (input, { units }) => 2 * (input + units) * 4 * units,
  },
  /** The form of PyTorch and cuDNN: the reset gate acts on the recurrent product. Gates: update, reset, candidate. */
  gru: {
    output: ({ units }) => units,
    weights: (input, { units }) => [
      { shape: [input, 3 * units], values: glorot(input, 3 * units) },
      { shape: [units, 3 * units], values: recurrent(units) },
      { shape: [2, 3 * units], values: within(0.1) },
    ],
    flops: (input, { units }) => 2 * (input + units) * 3 * units,
  },
  /** A cell that no library brings along (Zhou et al. 2016), written by the user of each. */
  minimalGatedUnit: {
    output: ({ units }) => units,
    weights: (input, { units }) => [
      { shape: [input, 2 * units], values: glorot(input, 2 * units) },
      { shape: [units, units], values: recurrent(units) },
      { shape: [units, units], values: recurrent(units) },
    ],
    flops: (input, { units }) => 2 * (input + units) * 2 * units,
  },
  dense: {
    output: ({ units }) => units,
    weights: (input, { units, bias = true }) => [
      { shape: [input, units], values: glorot(input, units) },
      ...(bias ? [{ shape: [units], values: within(0.1) }] : []),
    ],
    flops: (input, { units }) => 2 * input * units,
  },
};
