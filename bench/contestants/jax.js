/**
 * jax-js on its WebAssembly back end: a loop over time is unrolled while it is traced, over a list of arrays, one for each
 * step (its better formulation: slices of one array train slower). Forward, backward and Adam are one compiled function.
 */
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { serve } from "./serve.js";
import { batchFirst } from "./time-first.js";

await init("wasm");
defaultDevice("wasm");

/** Its arrays are counted: each use but the last needs `.ref`. */
const used = (parameters) => tree.map((parameter) => parameter.ref, parameters);

/** Takes a step function through a list of arrays. */
function loop(xs, parameters, state, step) {
  const outputs = [];
  let carry = state;
  for (const x of xs) {
    carry = step(x, used(parameters), carry);
    outputs.push(carry[0].ref);
  }
  tree.dispose(parameters);
  tree.dispose(carry);
  return outputs;
}

const steps = {
  lstm(x, [kernel, recurrent, bias], [h, c]) {
    const z = np.dot(x, kernel).add(np.dot(h, recurrent)).add(bias);
    const [i, f, g, o] = np.split(z, 4, 1);
    const next = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    return [nn.sigmoid(o).mul(np.tanh(next.ref)), next];
  },
  gru(x, [kernel, recurrent, bias], [h]) {
    const [inner, outer] = np.split(bias, 2, 0);
    const [xz, xr, xc] = np.split(np.dot(x, kernel).add(inner), 3, 1);
    const [hz, hr, hc] = np.split(np.dot(h.ref, recurrent).add(outer), 3, 1);
    const z = nn.sigmoid(xz.add(hz));
    const candidate = np.tanh(xc.add(nn.sigmoid(xr.add(hr)).mul(hc)));
    return [candidate.ref.add(z.mul(h.sub(candidate)))];
  },
  minimalGatedUnit(x, [kernel, forget, candidate], [h]) {
    const [xf, xc] = np.split(np.dot(x, kernel), 2, 1);
    const f = nn.sigmoid(xf.add(np.dot(h.ref, forget)));
    const next = np.tanh(xc.add(np.dot(f.ref.mul(h.ref), candidate)));
    return [h.ref.add(f.mul(next.sub(h)))];
  },
};

const states = { lstm: 2, gru: 1, minimalGatedUnit: 1 };
const counts = { embedding: 1, lstm: 3, gru: 3, minimalGatedUnit: 3 };
const countOf = ({ kind, bias = true }) => counts[kind] ?? (bias ? 2 : 1);

function dense(x, [kernel, bias]) {
  const product = np.dot(x, kernel);
  return bias ? product.add(bias) : product;
}

/** Logits of the last layer, as a list of arrays where the network gives sequences. */
function forward({ layers, batch }, weights, xs) {
  let values = xs;
  const rest = [...weights];
  for (const layer of layers) {
    const own = rest.splice(0, countOf(layer));
    if (layer.kind === "embedding" || layer.kind === "dense") {
      values = values.map((value) => dense(value, used(own)));
      tree.dispose(own);
      continue;
    }
    const initial = Array.from({ length: states[layer.kind] }, () => np.zeros([batch, layer.units]));
    const outputs = loop(values, own, initial, steps[layer.kind]);
    values = layer.sequences ? outputs : [outputs.pop()];
    if (!layer.sequences) tree.dispose(outputs);
  }
  return values;
}

const mean = (values, terms) => values.reduce((total, value) => total.add(value)).mul(-1 / terms);

/** Mean over rows and steps; `targets` are one-hot rows for classes. */
function lossOf(name, outputs, targets) {
  const rows = outputs.length * outputs[0].shape[0];
  if (name === "meanSquaredError") {
    const size = rows * outputs[0].shape[1];
    return mean(
      outputs.map((output, step) => np.square(output.sub(targets[step])).sum()),
      -size,
    );
  }
  return mean(
    outputs.map((output, step) => nn.logSoftmax(output).mul(targets[step]).sum()),
    rows,
  );
}

function oneHot({ data, shape }, classes) {
  const hot = new Float32Array(data.length * classes);
  for (const [index, label] of data.entries()) hot[index * classes + label] = 1;
  return { data: hot, shape: [...shape, classes] };
}

/** [batch, time, …] as a list of [batch, …]; without time a list of one. */
function asList({ data, shape }, timed) {
  if (!timed) return [np.array(data, { shape })];
  const { data: swapped, shape: order } = batchFirst({ data, shape });
  const [time, ...rest] = order;
  const size = data.length / time;
  return Array.from({ length: time }, (_, t) => np.array(swapped.slice(t * size, (t + 1) * size), { shape: rest }));
}

await serve(async ({ workload, mode, adam, arrays: { x, y, weights } }) => {
  const [first] = workload.layers;
  const timed = workload.time !== undefined;
  const input = first.kind === "embedding" ? oneHot(x, first.vocabulary) : x;
  const parameters = () => weights.map(({ data, shape }) => np.array(data, { shape }));
  const note = "jax-js";

  if (mode === "train") {
    const classes = workload.layers.at(-1).units;
    const target = workload.loss.startsWith("sparse") ? oneHot(y, classes) : y;
    const xs = asList(input, timed);
    const ys = asList(target, timed && target.shape.length === 3);
    const loss = (given, inputs, targets) => lossOf(workload.loss, forward(workload, given, inputs), targets);
    const { beta1, beta2, epsilon, learningRate } = adam;
    const update = jit((given, means, squares, rate, root, inputs, targets) => {
      const [value, gradients] = valueAndGrad(loss)(used(given), inputs, targets);
      const nextMeans = means.map((m, i) => m.mul(beta1).add(gradients[i].ref.mul(1 - beta1)));
      const nextSquares = squares.map((v, i) => v.mul(beta2).add(np.square(gradients[i]).mul(1 - beta2)));
      const next = given.map((weight, i) => {
        const scale = np.sqrt(nextSquares[i].ref).mul(root.ref).add(epsilon);
        return weight.sub(nextMeans[i].ref.mul(rate.ref).div(scale));
      });
      rate.dispose();
      root.dispose();
      return [value, next, nextMeans, nextSquares];
    });
    const zeros = () => weights.map(({ shape }) => np.zeros(shape));
    let state = [parameters(), zeros(), zeros()];
    let count = 0;
    const step = async () => {
      count++;
      const rate = np.array(learningRate / (1 - beta1 ** count));
      const root = np.array(1 / Math.sqrt(1 - beta2 ** count));
      const [value, ...next] = update(...state, rate, root, used(xs), used(ys));
      state = next;
      const number = (await value.data())[0];
      return number;
    };
    return { note, step };
  }

  if (mode === "predict") {
    const softmax = workload.layers.at(-1).activation === "softmax";
    const xs = asList(input, timed);
    const given = parameters();
    const predict = jit((own, inputs) => {
      const outputs = forward(workload, own, inputs).map((output) => (softmax ? nn.softmax(output) : output));
      return outputs.length === 1 ? outputs[0] : np.stack(outputs);
    });
    let last;
    let shape;
    const step = async () => {
      const output = predict(used(given), used(xs));
      shape = output.shape;
      last = await output.data();
    };
    return { note, step, outputs: () => (shape.length === 3 ? batchFirst({ data: last, shape }).data : last) };
  }

  const [layer] = workload.layers;
  const inputs = Array.from({ length: x.shape[0] }, (_, row) => {
    const size = x.data.length / x.shape[0];
    return np.array(x.data.slice(row * size, (row + 1) * size), { shape: [1, size] });
  });
  const given = parameters();
  const advance = jit((own, value, state) => steps[layer.kind](value, own, state));
  let state = Array.from({ length: states[layer.kind] }, () => np.zeros([1, layer.units]));
  let count = 0;
  let last;
  const step = async () => {
    state = advance(used(given), inputs[count++ % inputs.length].ref, state);
    last = state[0].ref.dataSync();
  };
  return { note, step, outputs: () => last };
});
