/** Rondo as its users have it: through its front door. The engine and its threads come from the environment. */
import { pathToFileURL } from "node:url";
import { serve } from "./serve.js";

const rondo = await import(pathToFileURL(process.env.BENCH_RONDO).href);
const { add, defineCell, matmul, mul, recurrent, sigmoid, split, sub, tanh } = rondo;

const gatedUnit = defineCell({
  name: "gatedUnit",
  weights: (inputSize, units) => ({
    kernel: { shape: [inputSize, 2 * units], initializer: "zeros" },
    forgetKernel: { shape: [units, units], initializer: "zeros" },
    candidateKernel: { shape: [units, units], initializer: "zeros" },
  }),
  state: (units) => ({ h: units }),
  step({ kernel, forgetKernel, candidateKernel }, x, { h }) {
    const [xf, xc] = split(matmul(x, kernel), 2);
    const f = sigmoid(add(xf, matmul(h, forgetKernel)));
    const candidate = tanh(add(xc, matmul(mul(f, h), candidateKernel)));
    return { h: add(mul(sub(1, f), h), mul(f, candidate)) };
  },
});

const make = {
  embedding: ({ vocabulary, width }, options) => rondo.embedding(vocabulary, width, options),
  lstm: ({ units, sequences = false }, options) => rondo.lstm(units, { returnSequences: sequences, ...options }),
  gru: ({ units, sequences = false }, options) => rondo.gru(units, { returnSequences: sequences, ...options }),
  minimalGatedUnit: ({ units, sequences = false }, options) =>
    recurrent(gatedUnit, units, { returnSequences: sequences, ...options }),
  dense: ({ units, activation = "linear", bias = true }, options) =>
    rondo.dense(units, { activation, useBias: bias, ...options }),
};

await serve(async ({ workload, mode, adam, arrays: { x, y, lengths, weights } }) => {
  const inputShape = x.shape.slice(1);
  const shaped = (index) => (index === 0 && !lengths ? { inputShape } : {});
  const layers = workload.layers.map((layer, index) => make[layer.kind](layer, shaped(index)));
  const model = rondo.sequential(lengths ? [rondo.masking({ inputShape }), ...layers] : layers);
  if (mode === "train") model.compile({ loss: workload.loss, optimizer: rondo.adam(adam) });
  model.setWeights(weights);
  const { name, detail } = await model.engine();
  const note = `${name} (${detail})`;

  if (mode === "train") return { note, step: async () => (await model.trainOnBatch(x, y)).loss };

  let last;
  if (mode === "predict") {
    const step = async () => {
      last = await model.predict(x, { batchSize: workload.batch });
    };
    return { note, step, outputs: () => last.data };
  }

  const stream = await model.stream();
  const size = x.data.length / x.shape[0];
  const inputs = Array.from({ length: x.shape[0] }, (_, row) => x.data.slice(row * size, (row + 1) * size));
  let count = 0;
  const step = () => {
    last = stream.step(inputs[count++ % inputs.length]);
  };
  return { note, step, outputs: () => last };
});
