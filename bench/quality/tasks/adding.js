import { runAlone } from "../driver/alone.js";
import { layerOf, takesGap } from "../driver/cells.js";
import { random } from "../driver/random.js";
import { untilSolved } from "../driver/until-solved.js";
import { adam, dense, sequential } from "../rondo.js";

const rows = 64;
const units = 64;
/** Those that need nothing beside x, or the time that a step takes, and whose recurrence learns. */
const compared = [
  "simpleRnn",
  "lstm",
  "gru",
  "minimalGatedUnit",
  "peepholeLstm",
  "coupledLstm",
  "projectedLstm",
  "layerNormLstm",
  "slstm",
  "indRnn",
  "minGru",
  "minLstm",
  "lru",
  "legendreMemoryUnit",
  "clockworkRnn",
  "leakyRnn",
  "phasedLstm",
];

/** Cells that are tried with gates that begin by keeping for up to as many steps as there are, too. */
const chrono = ["lstm", "gru", "phasedLstm"];

/** Cells whose papers solve it at such lengths, with the paper. */
const solvers = {
  "lstm-chrono": { upTo: 600, source: "Hochreiter & Schmidhuber 1997; Tallec & Ollivier 2018, up to T = 750" },
  gru: { upTo: 600, source: "Bai, Kolter & Koltun 2018: 5.3e-5 at T = 600, quoted from memory" },
  indRnn: { upTo: 600, source: "Li et al. 2018: up to T = 5000, two layers" },
  "phasedLstm-chrono": { upTo: 600, source: "Neil, Pfeiffer & Liu 2016: about 500 steps, quoted from memory" },
};

/**
 * Two numbers of a sequence are marked, one in each half; their sum is asked for.
 *
 * @param features 2, or 3 for cells that get the time since the step before as the last one, which is 1
 */
function examples(count, time, features, source) {
  const [x, y] = [new Float32Array(count * time * features), new Float32Array(count)];
  for (let row = 0; row < count; row++) {
    for (let t = 0; t < time; t++) {
      const at = (row * time + t) * features;
      x[at] = source.uniform();
      if (features > 2) x[at + 2] = 1;
    }
    for (const half of [0, 1]) {
      const marked = (row * time + half * (time >> 1) + source.below(time >> 1)) * features;
      x[marked + 1] = 1;
      y[row] += x[marked];
    }
  }
  return { x: { data: x, shape: [count, time, features] }, y: { data: y, shape: [count, 1] } };
}

/** Two layers for the cell whose units do not see each other, which may grow no more than twice in `time` steps. */
function layersOf(cell, time, features, options) {
  const timed = features > 2 && { inputsFromFeatures: true };
  if (cell !== "indRnn") return [layerOf(cell, units, { ...options, ...timed, inputShape: [time, features] })];
  const most = 2 ** (1 / time);
  const bounded = { recurrentWeightConstraint: { name: "minMaxValue", minValue: -most, maxValue: most } };
  return [
    layerOf(cell, units, { ...bounded, returnSequences: true, inputShape: [time, features] }),
    layerOf(cell, units, bounded),
  ];
}

/** What a cell is told beside its units. */
const settings = {
  /** The periods with which the paper of the cell learns this fastest. */
  phasedLstm: () => ({ minPeriod: Math.exp(6), maxPeriod: Math.exp(8) }),
  /** Each unit opens once in a sequence or not at all, for as long as it takes to learn to keep. */
  "phasedLstm-chrono": (time) => ({ minPeriod: time, maxPeriod: 2 * time, openRatio: 0.3 }),
};

/** Chosen on two seeds: at the rate of the others it has not learnt all of it when the time is over. */
const learningRates = { "phasedLstm-chrono": 4e-3 };

const runOf =
  (cell, time, options, learningRate = 2e-3) =>
  ({ seed, quick }) => {
    const source = random(seed, 2);
    const features = takesGap(cell) ? 3 : 2;
    const net = sequential([...layersOf(cell, time, features, options), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: adam({ learningRate, globalClipNorm: 1 }), seed });
    return untilSolved(net, {
      batch: () => examples(rows, time, features, source),
      held: examples(500, time, features, random(seed, 12)),
      test: examples(1000, time, features, random(seed, 3)),
      figure: async (_net, { x, y }) => (await net.evaluate(x, y, { batchSize: 500 })).loss,
      isSolved: (loss) => loss < 0.005,
      every: quick ? 5 : 100,
      updates: quick ? 5 : 10_000,
      seconds: time === 200 ? 240 : 480,
    });
  };

const variants = [200, 600].flatMap((time) =>
  [
    ...chrono.map((cell) => ({
      cell,
      name: `${cell}-chrono`,
      title: `${cell} with \`chronoSteps\``,
      begins: { chronoSteps: time },
    })),
    ...compared.map((cell) => ({ cell, name: cell, title: cell })),
  ].map(({ cell, name, title, begins }) => {
    const solver = solvers[name];
    return {
      name: `${name}-${time}`,
      title: `${title}, T = ${time}`,
      digits: 4,
      ...(solver !== undefined && time <= solver.upTo && { atMost: 0.01 }),
      references: [
        { figure: 0.1767, what: "always guessing 1", source: "the variance of the sum" },
        ...(solver === undefined ? [] : [{ what: name, source: solver.source }]),
      ],
      run: runOf(cell, time, { ...begins, ...settings[name]?.(time) }, learningRates[name]),
    };
  }),
);

export const task = {
  name: "adding",
  title: "The adding problem",
  setting:
    "Sequences of T numbers from 0 to 1, two of them marked; the sum of both is asked for at the end. 64 units of each cell that needs nothing beside x or the time since the step before (two layers of indRnn; phasedLstm with periods from e⁶ to e⁸, and with `chronoSteps` open for 0.3 of periods from T to 2 T and twice the learning rate), Adam on fresh batches of 64, at most 10,000 updates or 4 (T = 200) and 8 minutes (T = 600) of one core; mean squared error on 1,000 others. A bar stands where the paper of a cell says that it solves this.",
  variants,
};

await runAlone(task, import.meta.url);
