/** The numbers of a workload: one file that every contestant reads, the same bits for all. */
import { writeFileSync } from "node:fs";
import { givesSequences, weightsOf } from "../workloads/network.js";

/** Inputs that a stream goes through again and again. */
const STREAM_STEPS = 16;

/** Uniform numbers from 0 to 1 by a seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

function numbers(Type, shape, value) {
  const data = new Type(sizeOf(shape));
  for (let index = 0; index < data.length; index++) data[index] = value(index);
  return { shape, data };
}

/** x, y, lengths and weights of a workload. Outputs that are not trained have no y; only W7's kind has lengths. */
export function arraysOf(workload) {
  const { batch, time, features, layers, loss, modes, shortest } = workload;
  const random = generator(1);
  const below = (count) => () => Math.floor(random() * count);
  const classes = layers.at(-1).units;

  const lengths =
    shortest && numbers(Int32Array, [batch], () => Math.round(time * (shortest + (1 - shortest) * random())));
  const isPadding = (index) =>
    lengths && Math.floor(index / features) % time >= lengths.data[Math.floor(index / (features * time))];

  const rows = modes.includes("stream") ? STREAM_STEPS : batch;
  const x =
    layers[0].kind === "embedding"
      ? numbers(Int32Array, [rows, time], below(layers[0].vocabulary))
      : numbers(Float32Array, time === undefined ? [rows, features] : [rows, time, features], (index) =>
          isPadding(index) ? 0 : 2 * random() - 1,
        );

  const steps = givesSequences(workload) ? [time] : [];
  const targets = {
    meanSquaredError: () => numbers(Float32Array, [batch, ...steps, classes], () => 2 * random() - 1),
    sparseCategoricalCrossentropy: () => numbers(Int32Array, [batch, ...steps], below(classes)),
    categoricalCrossentropy: () => {
      const hot = numbers(Int32Array, [batch, ...steps], below(classes)).data;
      const shape = [batch, ...steps, classes];
      return numbers(Float32Array, shape, (index) => Number(hot[Math.floor(index / classes)] === index % classes));
    },
  };
  const y = loss && targets[loss]();

  const weights = weightsOf(workload).map(({ shape, values: { size, centre } }) =>
    numbers(Float32Array, shape, (index) => centre(index) + size * (2 * random() - 1)),
  );
  return { x, y, lengths, weights };
}

/** Steps that are not padding, over all rows. */
export function validSteps({ lengths }) {
  return lengths?.data.reduce((total, length) => total + length, 0);
}

/** Writes arrays one behind the other; gives where each is. */
export function writeArrays(path, { x, y, lengths, weights }) {
  const parts = [];
  let offset = 0;
  const place = (array) => {
    if (array === undefined) return null;
    const { shape, data } = array;
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    const placed = { offset, shape, dtype: data instanceof Int32Array ? "int32" : "float32" };
    offset += data.byteLength;
    return placed;
  };
  const placed = { path, x: place(x), y: place(y), lengths: place(lengths), weights: weights.map(place) };
  writeFileSync(path, Buffer.concat(parts));
  return placed;
}
