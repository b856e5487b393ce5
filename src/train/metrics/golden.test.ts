/** Metrics over several batches, with weights and masks, against Keras. */
import { describe, expect, test } from "vitest";
import golden from "../../../test/parity/metrics.json" with { type: "json" };
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import { constant } from "../../graph/index.ts";
import type { Config } from "../config.ts";
import { resolveMetric } from "./index.ts";
import { Accumulator } from "./metric.ts";

interface Numbers {
  shape: number[];
  data: number[];
}

interface Case {
  name: string;
  metric: string;
  batches: { yTrue: Numbers; yPred: Numbers; sampleWeight?: Numbers; mask?: Numbers }[];
  value: number;
}

/** What Rondo calls the metrics that Keras has under several names. */
const configs: Record<string, Config> = {
  binaryAccuracy: { name: "accuracy", threshold: 0.5 },
  categoricalAccuracy: { name: "accuracy" },
  sparseCategoricalAccuracy: { name: "accuracy" },
  topKCategoricalAccuracy: { name: "topKAccuracy", k: 2 },
  binaryAuc: { name: "auc" },
  binaryAucOfPrecisionAndRecall: { name: "auc", curve: "pr", thresholds: 50 },
};

const tensor = ({ data, shape }: Numbers, dtype?: "int32") => constant(data, shape, dtype);

describe("Keras", () => {
  test.each(golden.cases as unknown as Case[])("$name", async ({ metric: name, batches, value }) => {
    const metric = resolveMetric(configs[name] ?? { name });
    const total = new Accumulator(metric);
    // Keras's rootMeanSquaredError takes the difference before it looks for the mask of the prediction; AUC looks for none.
    const keepsMask = name !== "rootMeanSquaredError" && !name.startsWith("binaryAuc");
    for (const { yTrue, yPred, sampleWeight, mask } of batches) {
      const sums = metric.sums(tensor(yTrue, name.startsWith("sparse") ? "int32" : undefined), tensor(yPred), {
        ...(sampleWeight && { sampleWeight: tensor(sampleWeight) }),
        ...(mask && keepsMask && { mask: tensor(mask) }),
      });
      const session = new Session(referenceEngine());
      total.add((await session.prepare({ inputs: [], outputs: [sums], updates: [] }).run([]))[0]!);
    }
    expect(total.result).toBeCloseTo(value, 6);
  });
});
