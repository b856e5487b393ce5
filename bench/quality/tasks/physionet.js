import { areaUnderCurve, momentsOf, standardized, stratifiedFolds } from "../data/folds.js";
import { hours, physionet } from "../data/physionet.js";
import { rowsOf } from "../data/sequences.js";
import { runAlone } from "../driver/alone.js";
import { layerOf } from "../driver/cells.js";
import { adam, dense, dropout, earlyStopping, gru, input, model } from "../rondo.js";

const units = 64;
const folds = 5;

/** NaN for what was not measured, as GRU-D takes it; the gap between steps is an hour. */
function decayNetwork(variables) {
  const x = input({ shape: [hours, variables], name: "x" });
  const gap = input({ shape: [hours, 1], name: "gap" });
  return { inputs: { x, gap }, hidden: layerOf("gruD", units, { recurrentDropout: 0.3 }).apply([x, gap]) };
}

/** The mean, which is 0, for what was not measured. */
function meanNetwork(variables) {
  const x = input({ shape: [hours, variables], name: "x" });
  return { inputs: { x }, hidden: gru(units, { recurrentDropout: 0.3 }).apply(x) };
}

const runOf =
  (network, imputes) =>
  async ({ seed, quick }) => {
    const { variables, x, died } = physionet();
    const width = variables.length;
    const areas = [];
    for (const fold of stratifiedFolds(died, folds, seed).slice(0, quick ? 1 : folds)) {
      const moments = momentsOf(
        fold.train.map((row) => x[row]),
        width,
      );
      const scaled = standardized(x, moments);
      const data = new Float32Array(x.length * hours * width);
      for (const [row, values] of scaled.entries()) data.set(values, row * values.length);
      if (imputes) for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) data[i] = 0;
      const all = { data, shape: [x.length, hours, width] };
      const of = (rows) => {
        const gap = { data: new Float32Array(rows.length * hours).fill(1), shape: [rows.length, hours, 1] };
        const part = { x: rowsOf(all, rows), ...(imputes ? {} : { gap }) };
        return [part, rowsOf({ data: died, shape: [died.length, 1] }, rows)];
      };
      const { inputs, hidden } = network(width);
      const end = dense(1, { activation: "sigmoid" }).apply(dropout(0.3).apply(hidden));
      const net = model({ inputs, outputs: end });
      net.compile({ loss: "binaryCrossentropy", optimizer: adam({ learningRate: 1e-3, globalClipNorm: 1 }), seed });
      await net.fit(...of(quick ? fold.train.slice(0, 128) : fold.train), {
        epochs: quick ? 1 : 40,
        batchSize: 64,
        seed,
        validationData: of(fold.validation),
        callbacks: [earlyStopping({ patience: 6, restoreBestWeights: true })],
      });
      const [xTest] = of(fold.test);
      const { data: scores } = await net.predict(xTest, { batchSize: 200 });
      areas.push(
        areaUnderCurve(
          scores,
          fold.test.map((row) => died[row]),
        ),
      );
    }
    const rounded = areas.map((area) => Number(area.toFixed(4)));
    return { figure: areas.reduce((sum, area) => sum + area, 0) / areas.length, folds: rounded };
  };

const references = [
  { figure: 0.8424, what: "GRU-D, 18,838 weights", source: "Che et al. 2018, quoted in Han-JD/GRU-D" },
  {
    figure: 0.823,
    what: "PyTorch, GRU-D of 64 units, 5 folds, one seed",
    source: "one run, whose script was not kept",
  },
];

export const task = {
  name: "physionet",
  title: "PhysioNet 2012, death in hospital from 48 hours of intensive care",
  setting: `Set a, 3,996 stays, hourly means, mostly missing; ${units} units, ${folds} stratified folds drawn by the seed, stopped by a tenth of the training rows; mean area under the ROC curve over the test folds. Both networks get the same series.`,
  variants: [
    {
      name: "gru-d",
      title: "GRU-D",
      digits: 4,
      atLeast: 0.82,
      references,
      run: runOf(decayNetwork, false),
    },
    {
      name: "gru-mean",
      title: "GRU, means for what is missing",
      digits: 4,
      references: [{ figure: 0.816, what: "GRU-mean", source: "Che et al. 2018, quoted from memory" }],
      run: runOf(meanNetwork, true),
    },
  ],
};

await runAlone(task, import.meta.url);
