import { padded } from "../data/sequences.js";
import { runAlone } from "../driver/alone.js";
import { cellOf, takesGap } from "../driver/cells.js";
import { random } from "../driver/random.js";
import { untilSolved } from "../driver/until-solved.js";
import { concatenate, dense, input, masking, model, recurrent, rmsprop } from "../rondo.js";

const longest = 32;
const rows = 256;

/**
 * Strings of 1 to 32 bits of which only the changes are told: an event is a bit and for how long it stood, so that only
 * time tells how many equal bits there were. Asked for is the exclusive or of all bits.
 */
function examples(count, source) {
  const [values, gaps, y] = [[], [], new Float32Array(count)];
  for (let row = 0; row < count; row++) {
    const bits = Array.from({ length: 1 + source.below(longest) }, () => source.below(2));
    const events = [];
    for (const [i, bit] of bits.entries()) {
      if (i > 0 && bit === bits[i - 1]) events.at(-1).bits += 1;
      else events.push({ bit, bits: 1 });
      y[row] = (y[row] + bit) % 2;
    }
    values.push(events.map(({ bit }) => [2 * bit - 1]));
    gaps.push(events.map((event) => [event.bits]));
  }
  return { x: { value: padded(values, 1, longest), gap: padded(gaps, 1, longest) }, y: { data: y, shape: [count, 1] } };
}

/** Cells that know of time get the gap as such; others see it as a second feature. */
function network(name, options) {
  const cell = cellOf(name);
  const clean = (end) => masking({ maskValue: Number.NaN }).apply(end);
  const value = input({ shape: [longest, 1], name: "value" });
  const gap = input({ shape: [longest, 1], name: "gap" });
  const both = [clean(value), clean(gap)];
  const hidden = recurrent(cell, 64, options).apply(takesGap(name) ? both : concatenate().apply(both));
  return model({ inputs: { value, gap }, outputs: dense(1, { activation: "sigmoid" }).apply(hidden) });
}

const runOf =
  (name, options = {}) =>
  async ({ seed, quick }) => {
    const net = network(name, options);
    net.compile({
      loss: "binaryCrossentropy",
      optimizer: rmsprop({ learningRate: 1e-3, globalClipNorm: 1 }),
      metrics: ["accuracy"],
      seed,
    });
    const source = random(seed, 6);
    return await untilSolved(net, {
      batch: () => examples(rows, source),
      held: examples(2000, random(seed, 14)),
      test: examples(4000, random(seed, 7)),
      figure: async (_net, { x, y }) => (await net.evaluate(x, y, { batchSize: 500 })).accuracy,
      isSolved: (accuracy) => accuracy >= 0.995,
      every: quick ? 3 : 200,
      updates: quick ? 3 : 60_000,
      seconds: 540,
    });
  };

const variants = [
  { name: "closedFormContinuous", atLeast: 0.95 },
  { name: "timeAwareLstm" },
  { name: "phasedLstm", options: { minPeriod: 1, maxPeriod: 64, openRatio: 0.5 } },
  { name: "gruD" },
  { name: "lstm" },
  { name: "gru" },
];

export const task = {
  name: "irregular-xor",
  title: "Exclusive or of bits whose number only time tells",
  setting:
    "Strings of 1 to 32 bits of which only the changes are told, each with the time that the bit stood; the exclusive or of all bits is asked for. 64 units, RMSprop on fresh batches of 256, at most 9 minutes of one core; accuracy on 4,000 others. Cells that do not know of time see it as a feature. Published figures are for 32 events at most on 100,000 fixed strings.",
  variants: variants.map(({ name, options, atLeast }) => ({
    name,
    title: name,
    percent: true,
    ...(atLeast && { atLeast }),
    references: [
      { figure: 0.989, what: "ODE-LSTM", source: "Lechner & Hasani 2020, quoted from memory" },
      { figure: 0.897, what: "LSTM with time as a feature", source: "Lechner & Hasani 2020, quoted from memory" },
    ],
    run: runOf(name, options),
  })),
};

await runAlone(task, import.meta.url);
