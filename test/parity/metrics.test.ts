/** Metrics through a whole model: over batches, with weights of samples and with the masks that layers hand on. */
import { accuracy, activation, auc, input, type MetricLike, model, topKAccuracy } from "rondo";
import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { array, expectNear, type Golden, type GoldenFile, toleranceOn } from "../support/golden.ts";
import golden from "./metrics.json" with { type: "json" };

interface MetricCase {
  readonly name: string;
  readonly metric: string;
  readonly batches: readonly {
    readonly yTrue: Golden;
    readonly yPred: Golden;
    readonly sampleWeight?: Golden;
    readonly mask?: Golden;
  }[];
  /** After all batches. */
  readonly value: number;
}

const { tolerance: float32, cases } = golden as unknown as GoldenFile<MetricCase>;

/** What Rondo calls those that have other names in Keras. */
const ours: Readonly<Record<string, MetricLike>> = {
  binaryAccuracy: accuracy({ threshold: 0.5 }),
  categoricalAccuracy: "accuracy",
  sparseCategoricalAccuracy: "accuracy",
  topKCategoricalAccuracy: topKAccuracy({ k: 2 }),
  binaryAuc: "auc",
  binaryAucOfPrecisionAndRecall: auc({ curve: "pr", thresholds: 50 }),
};

describe.each(engines)("Metrics are those of Keras on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases)("$name", async ({ metric, batches, value }) => {
    // Keras takes these of masked steps, too: it loses the mask on the way.
    const losesMask = metric === "rootMeanSquaredError" || metric.startsWith("binaryAuc");
    const isMasked = batches[0]!.mask !== undefined && !losesMask;
    const predictions = input({ name: "yPred", shape: batches[0]!.yPred.shape.slice(1) });
    const mask = input({ name: "mask", shape: [batches[0]!.yPred.shape[1]!] });
    const same = activation("linear");
    const net = model({
      inputs: isMasked ? [predictions, mask] : [predictions],
      outputs: isMasked ? same.apply(predictions, { mask }) : same.apply(predictions),
    });
    net.compile({
      loss: (_target, prediction) => prediction,
      optimizer: "sgd",
      metrics: [ours[metric] ?? (metric as MetricLike)],
      engine,
    });
    const { loss: _, ...found } = await net.evaluate(() =>
      batches.map(({ yTrue, yPred, sampleWeight, mask }) => ({
        x: { yPred: array(yPred), ...(isMasked && { mask: array(mask!) }) },
        y: array(yTrue),
        ...(sampleWeight && { sampleWeight: array(sampleWeight) }),
      })),
    );
    expectNear(Object.values(found), [value], tolerance, metric);
  });
});
