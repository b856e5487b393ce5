import { runAlone } from "../driver/alone.js";
import { layerOf } from "../driver/cells.js";
import { random } from "../driver/random.js";
import { untilSolved } from "../driver/until-solved.js";
import { adam, dense, sequential } from "../rondo.js";

const rows = 64;
/** 20 ms each. */
const steps = 60;

/** Two noisy streams of evidence for 800 ms; after a pause the stronger one is to be named. */
function decision(count, source) {
  return trials(count, 3, source, (at, y) => {
    const coherence = [0.032, 0.064, 0.128, 0.256, 0.512][source.below(5)] * (source.below(2) ? 1 : -1);
    for (let t = 0; t < steps; t++) {
      const evidence = t >= 5 && t < 45;
      at(t, 0, t < 50 ? 1 : 0);
      for (const side of [1, -1])
        at(t, side === 1 ? 1 : 2, evidence ? 0.5 * (1 + side * coherence) + noise(source) : 0);
    }
    y(coherence > 0 ? 1 : 0);
  });
}

/** One of two samples, a silence, then a test; asked is whether both were the same. */
function matching(count, source) {
  return trials(count, 3, source, (at, y) => {
    const [sample, test] = [source.below(2), source.below(2)];
    for (let t = 0; t < steps; t++) {
      at(t, 0, t < 50 ? 1 : 0);
      for (const stimulus of [0, 1]) {
        const shown = (t >= 5 && t < 15 && sample === stimulus) || (t >= 40 && t < 50 && test === stimulus);
        at(t, 1 + stimulus, (shown ? 1 : 0) + noise(source));
      }
    }
    y(sample === test ? 1 : 0);
  });
}

const noise = (source) => 0.1 * source.normal();

function trials(count, features, _source, trial) {
  const [x, y] = [new Float32Array(count * steps * features), new Int32Array(count)];
  for (let row = 0; row < count; row++) {
    trial(
      (t, feature, value) => {
        x[(row * steps + t) * features + feature] = value;
      },
      (label) => {
        y[row] = label;
      },
    );
  }
  return { x: { data: x, shape: [count, steps, features] }, y };
}

/** Three channels of rare pulses up and down; at each step the last pulse of each channel is to be told. */
function flipFlop(count, source) {
  const bits = 3;
  const [x, y] = [new Float32Array(count * steps * bits), new Float32Array(count * steps * bits)];
  for (let row = 0; row < count; row++) {
    for (let bit = 0; bit < bits; bit++) {
      let last = 0;
      for (let t = 0; t < steps; t++) {
        // The first step sets the bit. A pulse lasts for three steps, long enough for slow units to see it.
        const pulse = t === 0 || (t % 3 === 0 && source.uniform() < 0.15);
        if (pulse) last = source.below(2) ? 1 : -1;
        for (let held = 0; pulse && held < 3 && t + held < steps; held++)
          x[(row * steps + t + held) * bits + bit] = last;
        y[(row * steps + t) * bits + bit] = last;
      }
    }
  }
  return { x: { data: x, shape: [count, steps, bits] }, y: { data: y, shape: [count, steps, bits] } };
}

const units = { excitatory: 0.8, recurrentNoise: 0.05 };
const network = (features, returnSequences, last) =>
  sequential([layerOf("leakyRnn", 100, { ...units, returnSequences, inputShape: [steps, features] }), last]);

/** The share of steps and bits with the right sign, steps at which a pulse comes and the two after it left out. */
async function signs(net, { x, y }) {
  const { data } = await net.predict(x, { batchSize: 100 });
  const bits = 3;
  let [right, all] = [0, 0];
  for (const [i, value] of data.entries()) {
    if (x.data[i] !== 0 || Math.floor(i / bits) % steps < 3) continue;
    all += 1;
    if (Math.sign(value) === y.data[i]) right += 1;
  }
  return right / all;
}

const optimizer = (learningRate) => adam({ learningRate, globalClipNorm: 1 });

function choiceRun(make, learningRate) {
  return ({ seed, quick }) => {
    const source = random(seed, 8);
    const net = network(3, false, dense(2, { activation: "softmax" }));
    net.compile({
      loss: "sparseCategoricalCrossentropy",
      optimizer: optimizer(learningRate),
      metrics: ["accuracy"],
      seed,
    });
    return untilSolved(net, {
      batch: () => make(rows, source),
      held: make(500, random(seed, 15)),
      test: make(1000, random(seed, 9)),
      figure: async (_net, { x, y }) => (await net.evaluate(x, y, { batchSize: 100 })).accuracy,
      isSolved: (accuracy) => accuracy >= 0.97,
      every: quick ? 3 : 100,
      updates: quick ? 3 : 10_000,
      seconds: 300,
    });
  };
}

function flipFlopRun({ seed, quick }) {
  const source = random(seed, 10);
  const net = network(3, true, dense(3));
  net.compile({ loss: "meanSquaredError", optimizer: optimizer(2e-3), seed });
  return untilSolved(net, {
    batch: () => flipFlop(rows, source),
    held: flipFlop(200, random(seed, 16)),
    test: flipFlop(500, random(seed, 11)),
    figure: signs,
    isSolved: (share) => share >= 0.98,
    every: quick ? 3 : 100,
    updates: quick ? 3 : 10_000,
    seconds: 300,
  });
}

const common = { percent: true, atLeast: 0.95 };

export const task = {
  name: "cognitive",
  title: "Three cognitive tasks",
  setting:
    "A leaky network of 100 rate units by Dale's law, 80 of which excite, with noise in training; trials of 60 steps of 20 ms. Adam on fresh batches of 64, at most 5 minutes of one core; the share of right answers in trials of their own.",
  variants: [
    {
      ...common,
      name: "decision",
      title: "perceptual decision, coherence 3.2 to 51.2 %",
      references: [{ what: "networks by Dale's law learn it", source: "Song, Yang & Wang 2016" }],
      run: choiceRun(decision, 2e-3),
    },
    {
      ...common,
      name: "matching",
      title: "delayed match to sample",
      references: [{ what: "networks by Dale's law learn it", source: "Song, Yang & Wang 2016" }],
      run: choiceRun(matching, 1e-3),
    },
    {
      ...common,
      name: "flip-flop",
      title: "3-bit flip-flop",
      references: [{ what: "networks of rate units learn it", source: "Sussillo & Barak 2013" }],
      run: flipFlopRun,
    },
  ],
};

await runAlone(task, import.meta.url);
