/** TensorFlow.js with its layers, on its WebAssembly back end (one thread in Node) or its plain one. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { serve } from "./serve.js";

const module = fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"));
setWasmPaths(join(dirname(module), "/"));
setThreadsCount(1);

/** Its own first weights are replaced at once, and orthogonal ones take it seconds to draw. */
const undrawn = { kernelInitializer: "zeros", recurrentInitializer: "zeros", biasInitializer: "zeros" };

function recurrentLayer(make, extra) {
  return ({ units, sequences = false }, options) =>
    make({ units, returnSequences: sequences, recurrentActivation: "sigmoid", ...undrawn, ...extra, ...options });
}

/** The user's cell as a class; a loop over time goes through it. */
class MinimalGatedUnitCell extends tf.layers.RNNCell {
  static className = "MinimalGatedUnitCell";

  constructor({ units }) {
    super({});
    this.units = units;
    this.stateSize = units;
  }

  build(shape) {
    const weight = (name, rows, columns) => this.addWeight(name, [rows, columns], null, tf.initializers.zeros());
    this.kernel = weight("kernel", shape.at(-1), 2 * this.units);
    this.forget = weight("forget", this.units, this.units);
    this.candidate = weight("candidate", this.units, this.units);
    this.built = true;
  }

  call([x, h]) {
    return tf.tidy(() => {
      const [xf, xc] = tf.split(tf.matMul(x, this.kernel.read()), 2, 1);
      const f = tf.sigmoid(tf.add(xf, tf.matMul(h, this.forget.read())));
      const candidate = tf.tanh(tf.add(xc, tf.matMul(tf.mul(f, h), this.candidate.read())));
      const next = tf.add(tf.mul(tf.sub(1, f), h), tf.mul(f, candidate));
      return [next, next];
    });
  }
}

const make = {
  // Its WebAssembly has no gradient of a look-up; the product with one-hot rows is the same.
  embedding: ({ width }, options) =>
    tf.layers.dense({ units: width, useBias: false, kernelInitializer: "zeros", ...options }),
  lstm: recurrentLayer(tf.layers.lstm, { unitForgetBias: false }),
  gru: recurrentLayer(tf.layers.gru, {}),
  minimalGatedUnit: ({ units, sequences = false }, options) =>
    tf.layers.rnn({ cell: new MinimalGatedUnitCell({ units }), returnSequences: sequences, ...options }),
  dense: ({ units, activation = "linear", bias = true }, options) =>
    tf.layers.dense({ units, activation, useBias: bias, kernelInitializer: "zeros", ...options }),
};

/** Its GRU has one bias and resets the state before the product: weights of that shape, another function. */
function weightTensor({ shape, data }, isGruBias) {
  return isGruBias ? tf.tensor(data.slice(0, data.length / 2), [shape[1]]) : tf.tensor(data, shape);
}

await serve(async ({ workload, mode, variant, adam, arrays: { x, y, lengths, weights } }) => {
  await tf.setBackend(variant);
  await tf.ready();
  const [first] = workload.layers;
  const stream = mode === "stream";
  const hot = first.kind === "embedding" ? [first.vocabulary] : [];
  const batchInputShape = [stream ? 1 : null, ...x.shape.slice(1), ...hot];
  const model = tf.sequential();
  if (lengths) model.add(tf.layers.masking({ maskValue: 0, batchInputShape }));
  for (const [index, layer] of workload.layers.entries()) {
    const options = { ...(index === 0 && !lengths && { batchInputShape }), ...(stream && { stateful: true }) };
    model.add(make[layer.kind](layer, options));
  }
  const gru = workload.layers.some(({ kind }) => kind === "gru");
  model.setWeights(weights.map((weight) => weightTensor(weight, gru && weight.shape[0] === 2)));
  const note = `${gru ? "other work: its GRU has no reset after the product; " : ""}tfjs ${tf.version.tfjs}`;

  const given = tf.tensor(x.data, x.shape, x.data instanceof Int32Array ? "int32" : "float32");
  const input = hot.length > 0 ? tf.oneHot(given, first.vocabulary).toFloat() : given;
  if (mode === "train") {
    const optimizer = tf.train.adam(adam.learningRate, adam.beta1, adam.beta2, adam.epsilon);
    model.compile({ loss: workload.loss, optimizer });
    // Class numbers have an axis of one in the shape that its loss expects.
    const shape = workload.loss.startsWith("sparse") ? [...y.shape, 1] : y.shape;
    const target = tf.tensor(y.data, shape, "float32");
    return { note, step: async () => await model.trainOnBatch(input, target) };
  }

  let last;
  const outputs = () => last;
  if (mode === "predict") {
    const step = () => {
      const output = tf.tidy(() => model.predict(input, { batchSize: workload.batch }));
      last = output.dataSync();
      output.dispose();
    };
    return { note, step, outputs };
  }

  const inputs = tf.unstack(input).map((row) => row.expandDims(0));
  let count = 0;
  const step = () => {
    const output = tf.tidy(() => model.predict(inputs[count++ % inputs.length]));
    last = output.dataSync();
    output.dispose();
  };
  return { note, step, outputs };
});
