/** CTC through a whole model, whose mask says how long each row is. */
import { activation, ctc, embedding, input, model, ragged } from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { array, expectNear, type Golden, type GoldenFile, toleranceOn } from "../support/golden.ts";
import { compileForGradients, lossAndGradients } from "../support/golden-gradients.ts";
import golden from "./ctc.json" with { type: "json" };

interface CtcCase {
  readonly name: string;
  readonly options: { readonly blank: number; readonly zeroInfinity: boolean };
  readonly labels: Golden;
  readonly logits: Golden;
  readonly mask: Golden;
  readonly values: Golden;
  readonly gradient: Golden;
}

const { tolerance: float32, cases } = golden as unknown as GoldenFile<CtcCase>;

/** A model whose logits are the rows of a table, so that they have a gradient. */
function tableModel({ logits }: CtcCase, last: "softmax" | "linear") {
  const [batch, time, classes] = logits.shape as [number, number, number];
  const ids = input({ name: "ids", shape: [time], dtype: "int32" });
  const steps = input({ name: "mask", shape: [time] });
  const outputs = activation(last).apply(embedding(batch * time, classes).apply(ids), { mask: steps });
  const net = model({ inputs: [ids, steps], outputs });
  const x = { ids: { shape: [batch, time], data: Int32Array.from({ length: batch * time }, (_, i) => i) } };
  return { net, x, weights: [{ shape: [batch * time, classes], data: Float64Array.from(logits.data) }] };
}

/** The labels of each row without padding. */
function labelsOf({ labels, options }: CtcCase): number[][] {
  const [rows, most] = labels.shape as [number, number];
  return Array.from({ length: rows }, (_, row) =>
    labels.data.slice(row * most, (row + 1) * most).filter((label) => label !== options.blank),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

describe.each(engines)("CTC is that of PyTorch on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases)("$name", async (given) => {
    for (const last of ["softmax", "linear"] as const) {
      const { net, x, weights } = tableModel(given, last);
      compileForGradients(net, ctc({ ...given.options, fromLogits: last === "linear" }), engine);
      net.setWeights(weights);
      const data = [{ ...x, mask: array(given.mask) }, array(given.labels)] as const;
      const trained = await lossAndGradients(net, ...data);
      expectNear([trained.loss], [mean(given.values.data)], tolerance, `mean, ${last}`);
      expectNear(trained.gradients[0]!, given.gradient, tolerance, `gradient, ${last}`);
      // Labels of unequal lengths need no padding, and NaN is padding as well.
      const unpadded = labelsOf(given);
      expectNear([(await net.evaluate(data[0], ragged(unpadded))).loss!], [mean(given.values.data)], tolerance, last);
      const most = given.labels.shape[1]!;
      const missing = unpadded.map((row) => Array.from({ length: most }, (_, i) => row[i] ?? Number.NaN));
      expectNear([(await net.evaluate(data[0], missing)).loss!], [mean(given.values.data)], tolerance, last);
      // Row by row: the weights of samples take the others out.
      for (const [row, value] of given.values.data.entries()) {
        const sampleWeight = given.values.data.map((_, i) => (i === row ? given.values.data.length : 0));
        const { loss } = await net.evaluate(...data, { sampleWeight });
        expectNear([loss!], [value], tolerance, `row ${row}, ${last}`);
      }
    }
  });

  test("labels that do not fit are Infinity unless told otherwise, with gradient 0; other rows learn", async () => {
    const given = cases.find(({ options }) => options.zeroInfinity)!;
    const { net, x, weights } = tableModel(given, "softmax");
    compileForGradients(net, "ctc", engine);
    net.setWeights(weights);
    const trained = await lossAndGradients(net, { ...x, mask: array(given.mask) }, array(given.labels));
    expect(trained.loss).toBe(Number.POSITIVE_INFINITY);
    expectNear(trained.gradients[0]!, given.gradient, tolerance, "gradient");
  });
});
