/** Losses through a whole model: with the weights of samples that `evaluate` takes and the masks that layers hand on. */
import { activation, embedding, input, type LossName, losses, model } from "rondo";
import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { array, expectNear, type Golden, type GoldenFile, toleranceOn } from "../support/golden.ts";
import { compileForGradients, lossAndGradients } from "../support/golden-gradients.ts";
import further from "./further-losses.json" with { type: "json" };
import golden from "./losses.json" with { type: "json" };

interface LossCase {
  readonly name: string;
  readonly loss: LossName;
  readonly options: Readonly<Record<string, unknown>>;
  readonly yTrue: Golden;
  readonly yPred: Golden;
  readonly sampleWeight?: Golden;
  readonly mask?: Golden;
  readonly value: number;
  /** By yPred. */
  readonly gradient: Golden;
}

const { tolerance: float32, cases: common } = golden as unknown as GoldenFile<LossCase>;
const cases = [...common, ...(further as unknown as GoldenFile<LossCase>).cases];

describe.each(engines)("Losses are those of Keras on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases)("$name", async ({ loss, options, yTrue, yPred, sampleWeight, mask, value, gradient }) => {
    // The predictions are the rows of a table, so that they have a gradient.
    const axes = yPred.shape.slice(0, -1);
    const rows = axes.reduce((product, size) => product * size, 1);
    const ids = input({ name: "ids", shape: axes.slice(1), dtype: "int32" });
    const table = embedding(rows, yPred.shape.at(-1)!);
    const steps = input({ name: "mask", shape: [axes[1] ?? 1] });
    const net = model({
      inputs: mask ? [ids, steps] : [ids],
      outputs: mask ? activation("linear").apply(table.apply(ids), { mask: steps }) : table.apply(ids),
    });
    compileForGradients(net, losses[loss](options as never), engine);
    net.setWeights([{ shape: [rows, yPred.shape.at(-1)!], data: Float64Array.from(yPred.data) }]);

    const x = { ids: { shape: axes, data: Int32Array.from({ length: rows }, (_, row) => row) } };
    const data = [
      mask ? { ...x, mask: array(mask) } : x,
      array(yTrue),
      sampleWeight ? { sampleWeight: array(sampleWeight) } : {},
    ] as const;
    const evaluated = await net.evaluate(...data);
    const trained = await lossAndGradients(net, ...data);
    expectNear([evaluated.loss!, trained.loss], [value, value], tolerance, "value");
    expectNear(trained.gradients[0]!, gradient, tolerance, "gradient");
  });
});
