import { areaUnderCurve, momentsOf, standardized, stratifiedFolds } from "../data/folds.js";
import { hours, physionet } from "../data/physionet.js";
import { rowsOf } from "../data/sequences.js";
import { runAlone } from "../driver/alone.js";
import { adam, concatenate, dense, dropout, earlyStopping, gru, input, model } from "../rondo.js";

const units = 48;
const folds = 5;

/** Zeros for what is missing, and beside them 1 for what is there. */
function filled(rows) {
  return rows.map((row) => Float32Array.from(row, (value) => (Number.isNaN(value) ? 0 : value)));
}

function arrayOf(rows, shape) {
  const data = new Float32Array(rows.length * rows[0].length);
  for (const [row, values] of rows.entries()) data.set(values, row * values.length);
  return { data, shape: [rows.length, ...shape] };
}

/** What a fold knows: series with marks of what was measured, facts at admission, death, and log days of the stay. */
function arraysOf({ variables, x, fixed, died, days }, rows) {
  const width = variables.length;
  const scaled = (all, columns) =>
    standardized(
      all,
      momentsOf(
        rows.map((row) => all[row]),
        columns,
      ),
    );
  const values = filled(scaled(x, width));
  const marks = x.map((row) => Float32Array.from(row, (value) => (Number.isNaN(value) ? 0 : 1)));
  const both = values.map((row, stay) => {
    const joined = new Float32Array(2 * row.length);
    for (let t = 0; t < hours; t++) {
      joined.set(row.subarray(t * width, (t + 1) * width), 2 * t * width);
      joined.set(marks[stay].subarray(t * width, (t + 1) * width), (2 * t + 1) * width);
    }
    return joined;
  });
  const stay = Array.from(days, (length) => [Math.log(Math.max(length, 1))]);
  return {
    series: arrayOf(both, [hours, 2 * width]),
    facts: arrayOf(filled(scaled(fixed, fixed[0].length)), [fixed[0].length]),
    died: { data: died, shape: [died.length, 1] },
    stay: arrayOf(scaled(stay, 1), [1]),
  };
}

/** @param parts of the input: series, facts or both @param tasks of the output: died, stay or both */
function network(shapes, parts, tasks) {
  const inputs = Object.fromEntries(parts.map((name) => [name, input({ shape: shapes[name].shape.slice(1), name })]));
  const seen = parts.map((name) =>
    name === "series" ? gru(units, { recurrentDropout: 0.3 }).apply(inputs.series) : inputs[name],
  );
  const joined = seen.length === 1 ? seen[0] : concatenate().apply(seen);
  const shared = dropout(0.3).apply(dense(32, { activation: "relu" }).apply(joined));
  const ends = { died: dense(1, { activation: "sigmoid" }), stay: dense(1) };
  return model({ inputs, outputs: Object.fromEntries(tasks.map((name) => [name, ends[name].apply(shared)])) });
}

const losses = { died: "binaryCrossentropy", stay: "huber" };

const runOf =
  ({ parts, tasks, figure }) =>
  async ({ seed, quick }) => {
    const all = physionet();
    const found = [];
    for (const fold of stratifiedFolds(all.died, folds, seed).slice(0, quick ? 1 : folds)) {
      const arrays = arraysOf(all, fold.train);
      const of = (rows) =>
        [parts, tasks].map((names) => Object.fromEntries(names.map((name) => [name, rowsOf(arrays[name], rows)])));
      const net = network(arrays, parts, tasks);
      net.compile({
        loss: Object.fromEntries(tasks.map((name) => [name, losses[name]])),
        optimizer: adam({ learningRate: 1e-3, globalClipNorm: 1 }),
        seed,
      });
      await net.fit(...of(quick ? fold.train.slice(0, 128) : fold.train), {
        epochs: quick ? 1 : 40,
        batchSize: 64,
        seed,
        validationData: of(fold.validation),
        callbacks: [earlyStopping({ patience: 6, restoreBestWeights: true })],
      });
      const [x, y] = of(fold.test);
      found.push(figure(await net.predict(x, { batchSize: 200 }), y));
    }
    const rounded = found.map((value) => Number(value.toFixed(4)));
    return { figure: found.reduce((sum, value) => sum + value, 0) / found.length, folds: rounded };
  };

const area = (prediction, y) => areaUnderCurve(prediction.died.data, Array.from(y.died.data));

/** The share of the variance of the length of the stay that is explained. */
function explained(prediction, y) {
  const target = y.stay.data;
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const squares = (other) => target.reduce((sum, value, i) => sum + (value - other(i)) ** 2, 0);
  return 1 - squares((i) => prediction.stay.data[i]) / squares(() => mean);
}

const variants = [
  { name: "series", title: "death: series alone", parts: ["series"], tasks: ["died"], figure: area },
  { name: "facts", title: "death: facts at admission alone", parts: ["facts"], tasks: ["died"], figure: area },
  { name: "both", title: "death: both (multi-modal)", parts: ["series", "facts"], tasks: ["died"], figure: area },
  {
    name: "both-two-tasks",
    title: "death: both, with the length of stay as a second task (multi-task)",
    parts: ["series", "facts"],
    tasks: ["died", "stay"],
    figure: area,
  },
  { name: "stay", title: "length of stay: both", parts: ["series", "facts"], tasks: ["stay"], figure: explained },
  {
    name: "stay-two-tasks",
    title: "length of stay: both, with death as a second task (multi-task)",
    parts: ["series", "facts"],
    tasks: ["died", "stay"],
    figure: explained,
  },
];

export const task = {
  name: "several",
  title: "Several inputs and several tasks",
  setting: `The stays of PhysioNet 2012 set a: hourly series with marks of what was measured (a GRU of ${units} units), age, sex, height, weight and kind of unit at admission; ${folds} folds as above. For death the area under the ROC curve, for the logarithm of the length of the stay the share of the variance that is explained. Whether more inputs and a second task help is what the lines beside each other say.`,
  variants: variants.map(({ name, title, ...how }) => ({ name, title, digits: 4, references: [], run: runOf(how) })),
};

await runAlone(task, import.meta.url);
