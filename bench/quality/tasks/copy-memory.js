import { runAlone } from "../driver/alone.js";
import { layerOf } from "../driver/cells.js";
import { random } from "../driver/random.js";
import { untilSolved } from "../driver/until-solved.js";
import { adam, concatenate, dense, gru, input, model, multiHeadAttention, positionalEncoding } from "../rondo.js";

const symbols = 8;
const length = 10;
const delay = 500;
const time = delay + 2 * length;
const classes = symbols + 2;
const rows = 16;
const [BLANK, GO] = [symbols, symbols + 1];

/** Ten symbols, a long silence, a sign to begin, and the same ten symbols are asked for; before, the answer is the blank. */
function examples(count, source) {
  const [x, y] = [new Float32Array(count * time * classes), new Int32Array(count * time).fill(BLANK)];
  for (let row = 0; row < count; row++) {
    const given = Array.from({ length }, () => source.below(symbols));
    for (let t = 0; t < time; t++) {
      const symbol = t < length ? given[t] : t === time - length - 1 ? GO : BLANK;
      x[(row * time + t) * classes + symbol] = 1;
    }
    y.set(given, row * time + time - length);
  }
  return { x: { data: x, shape: [count, time, classes] }, y: { data: y, shape: [count, time] } };
}

/** The share of the symbols asked for that are right. */
async function recall(net, { x, y }) {
  const { data } = await net.predict(x, { batchSize: 50 });
  const count = x.shape[0];
  let right = 0;
  for (let row = 0; row < count; row++) {
    for (let t = time - length; t < time; t++) {
      const at = (row * time + t) * classes;
      const scores = Array.from(data.subarray(at, at + classes));
      if (scores.indexOf(Math.max(...scores)) === y.data[row * time + t]) right += 1;
    }
  }
  return right / (count * length);
}

const units = 128;
const options = {
  // The memory must hold the whole silence.
  legendreMemoryUnit: { order: 128, theta: time },
  // Units that forget little from the beginning to the end, and turn fast enough to tell a step from the next.
  lru: { minRadius: 0.999, maxRadius: 0.9999, maxPhase: Math.PI },
};

/** A layer of a cell, and a dense one. */
const recurrence = (cell) => (x) => {
  const hidden = layerOf(cell, units, { ...options[cell], returnSequences: true }).apply(x);
  return dense(units, { activation: "relu" }).apply(hidden);
};

/** A GRU that asks at each step, and attention over the symbols and their places, which answers. */
function attention(x) {
  const width = units / 2;
  const memory = positionalEncoding().apply(dense(width).apply(x));
  const asking = gru(width, { returnSequences: true }).apply(x);
  const answer = multiHeadAttention(2, width / 2).apply([asking, memory]);
  return dense(width, { activation: "relu" }).apply(concatenate().apply([asking, answer]));
}

const runOf =
  (network) =>
  ({ seed, quick }) => {
    const source = random(seed, 4);
    const x = input({ shape: [time, classes] });
    const net = model({ inputs: x, outputs: dense(classes, { activation: "softmax" }).apply(network(x)) });
    net.compile({
      loss: "sparseCategoricalCrossentropy",
      optimizer: adam({ learningRate: 3e-3, globalClipNorm: 1 }),
      seed,
    });
    return untilSolved(net, {
      batch: () => examples(rows, source),
      held: examples(50, random(seed, 13)),
      test: examples(100, random(seed, 5)),
      figure: recall,
      isSolved: (share) => share >= 0.999,
      every: quick ? 2 : 100,
      updates: quick ? 2 : 20_000,
      seconds: 540,
    });
  };

export const task = {
  name: "copy-memory",
  title: `Copy memory, T = ${delay}`,
  setting: `${length} symbols out of ${symbols} are to be repeated after ${delay} silent steps. One layer of ${units} units and a dense one, or a GRU of ${units / 2} with two heads of attention over the input; Adam on fresh batches of ${rows}, at most 9 minutes of one core; the share of the symbols of 100 other sequences that come back right. By chance it is 12.5 %.`,
  variants: [
    { name: "lru", atLeast: 0.99 },
    { name: "attention", network: attention, atLeast: 0.99 },
    { name: "legendreMemoryUnit" },
    { name: "gru" },
    { name: "lstm" },
  ].map(({ name, network = recurrence(name), ...bar }) => ({
    name,
    title: name === "attention" ? "gru with attention" : name,
    percent: true,
    ...bar,
    references: [
      { figure: 0.125, what: "any symbol", source: "by chance" },
      { what: "LSTM and GRU do not solve it at T = 1000", source: "Bai, Kolter & Koltun 2018, quoted from memory" },
    ],
    run: runOf(network),
  })),
};

await runAlone(task, import.meta.url);
