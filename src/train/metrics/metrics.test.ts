import { describe, expect, test } from "vitest";
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import { OptionError } from "../../errors.ts";
import { constant, full, sliceAxis, type Tensor } from "../../graph/index.ts";
import { requireConfig } from "../config.ts";
import { huber } from "../losses/huber.ts";
import type { Weighting } from "../weighting.ts";
import { type MetricLike, metricNames, resolveMetric } from "./index.ts";
import { Accumulator } from "./metric.ts";

type Triple = readonly [target: Tensor, prediction: Tensor, weighting?: Weighting];

async function measure(metric: MetricLike, ...batches: readonly Triple[]): Promise<number | undefined> {
  const resolved = resolveMetric(metric);
  const total = new Accumulator(resolved);
  for (const [target, prediction, weighting = {}] of batches) {
    const outputs = [resolved.sums(target, prediction, weighting)];
    const prepared = new Session(referenceEngine()).prepare({ inputs: [], outputs, updates: [] });
    total.add((await prepared.run([]))[0]!);
  }
  return total.result;
}

const matrix = (rows: number[][]) => constant(rows.flat(), [rows.length, rows[0]!.length]);
const classes = (...numbers: number[]) => constant(numbers, [numbers.length], "int32");

const probabilities = matrix([
  [0.7, 0.2, 0.1],
  [0.3, 0.4, 0.3],
  [0.2, 0.5, 0.3],
  [0.1, 0.1, 0.8],
]);

describe("accuracy", () => {
  test("knows by the shapes what it compares", async () => {
    expect(await measure("accuracy", [classes(0, 1, 2, 2), probabilities])).toBe(0.75);
    const column = constant([0, 1, 2, 2], [4, 1], "int32");
    expect(await measure("accuracy", [column, probabilities])).toBe(0.75);
    const oneHot = matrix([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(await measure("accuracy", [oneHot, probabilities])).toBe(0.75);
    expect(await measure("accuracy", [constant([1, 0, 1]), constant([0.9, 0.6, 0.4], [3, 1])])).toBeCloseTo(1 / 3, 12);
    expect(await measure("accuracy", [constant([1, 0]), constant([0.9, 0.1])])).toBe(1);
  });

  test("with a threshold takes each output alone", async () => {
    const target = matrix([
      [1, 0],
      [1, 1],
    ]);
    const prediction = matrix([
      [0.4, 0.1],
      [0.2, 0.9],
    ]);
    expect(await measure({ name: "accuracy", threshold: 0.3 }, [target, prediction])).toBe(0.75);
  });

  test("a class outside the classes is wrong", async () => {
    const prediction = matrix([[0.9, 0.1]]);
    expect(await measure("accuracy", [classes(7), prediction])).toBe(0);
    expect(await measure({ name: "topKAccuracy", k: 2 }, [classes(7), prediction])).toBe(0);
    expect(await measure({ name: "topKAccuracy", k: 2 }, [classes(1), prediction])).toBe(1);
  });
});

test("the metric of several batches is that of all rows, not the mean of batches", async () => {
  const one: Triple = [constant([1], [1, 1]), constant([3], [1, 1])];
  const three: Triple = [full([3, 1], 0), full([3, 1], 1)];
  expect(await measure("meanAbsoluteError", one, three)).toBeCloseTo((2 + 3) / 4, 12);
  expect(await measure("rootMeanSquaredError", one, three)).toBeCloseTo(Math.sqrt((4 + 3) / 4), 12);
});

test("weights and masks count together", async () => {
  const target = full([2, 3, 1], 0);
  const prediction = constant([1, 2, 3, 4, Number.NaN, 6], [2, 3, 1]);
  const mask = constant([1, 1, 0, 1, 0, 1], [2, 3]);
  const sampleWeight = constant([1, 0.5]);
  expect(await measure("meanAbsoluteError", [target, prediction, { mask, sampleWeight }])).toBeCloseTo(
    (1 + 2 + 0.5 * 4 + 0.5 * 6) / 3,
    12,
  );
  const rmse = await measure("rootMeanSquaredError", [target, prediction, { mask }]);
  expect(rmse).toBeCloseTo(Math.sqrt((1 + 4 + 16 + 36) / 4), 12);
});

test("perplexity is the number of equally likely classes", async () => {
  expect(await measure("perplexity", [classes(3, 1), full([2, 8], 1 / 8)])).toBeCloseTo(8, 9);
  const sure = matrix([[1, 0, 0]]);
  expect(await measure("perplexity", [sure, sure])).toBeCloseTo(1, 6);
});

test("meanAbsolutePercentageError is in percent", async () => {
  expect(await measure("meanAbsolutePercentageError", [constant([4, 10]), constant([3, 12])])).toBeCloseTo(22.5, 12);
});

describe("precision, recall, f1", () => {
  const target = constant([1, 1, 1, 0, 0]);
  const prediction = constant([0.9, 0.8, 0.1, 0.7, 0.2], [5, 1]);

  test("of yes or no", async () => {
    expect(await measure("precision", [target, prediction])).toBeCloseTo(2 / 3, 12);
    expect(await measure("recall", [target, prediction])).toBeCloseTo(2 / 3, 12);
    expect(await measure("f1", [target, prediction])).toBeCloseTo(4 / 6, 12);
    expect(await measure({ name: "precision", threshold: 0.75 }, [target, prediction])).toBe(1);
    const sampleWeight = constant([1, 1, 1, 3, 1]);
    expect(await measure("precision", [target, prediction, { sampleWeight }])).toBeCloseTo(2 / 5, 12);
  });

  test("of classes, averaged over classes or over cases", async () => {
    // Said 0, 1, 1, 2 where 0, 1, 2, 2 was right.
    const truth = classes(0, 1, 2, 2);
    expect(await measure("precision", [truth, probabilities])).toBeCloseTo((1 + 0.5 + 1) / 3, 12);
    expect(await measure("recall", [truth, probabilities])).toBeCloseTo((1 + 1 + 0.5) / 3, 12);
    expect(await measure("f1", [truth, probabilities])).toBeCloseTo((1 + 2 / 3 + 2 / 3) / 3, 12);
    expect(await measure({ name: "f1", average: "micro" }, [truth, probabilities])).toBeCloseTo(0.75, 12);
    const half: Triple = [
      classes(0, 1),
      matrix([
        [0.7, 0.2, 0.1],
        [0.3, 0.4, 0.3],
      ]),
    ];
    const rest: Triple = [
      classes(2, 2),
      matrix([
        [0.2, 0.5, 0.3],
        [0.1, 0.1, 0.8],
      ]),
    ];
    expect(await measure("recall", half, rest)).toBeCloseTo((1 + 1 + 0.5) / 3, 12);
  });

  test("are 0 where nothing was said or nothing was there", async () => {
    expect(await measure("precision", [target, full([5, 1], 0)])).toBe(0);
    expect(await measure("recall", [full([5], 0), prediction])).toBe(0);
    expect(await measure("f1", [full([5], 0), full([5, 1], 0)])).toBe(0);
  });
});

/** `ctc` measures whole sequences; its own test sees to it. */
describe.each(metricNames.filter((name) => name !== "ctc"))("%s", (name) => {
  const isOfClasses = /ategorical|topK|perplexity/.test(name);
  const target = (poison: number) => {
    if (name.startsWith("sparse")) return classes(1, Number.isNaN(poison) ? 99 : 1, 2, 0);
    const size = isOfClasses ? 3 : 1;
    const numbers = Array.from({ length: 4 * size }, (_, i) => (Math.floor(i / size) % 2 ? poison : 1));
    return constant(numbers, [4, size]);
  };
  const width = isOfClasses || name === "pinball" ? 3 : 1;

  test("what is excluded may be NaN, and nothing counted gives a number", async () => {
    const numbers = (poison: number) =>
      constant(
        Array.from({ length: 4 * width }, (_, i) => (Math.floor(i / width) % 2 ? poison : 0.9 - (i % width) * 0.4)),
        [4, width],
      );
    const counted = constant([1, 0, 1, 0]);
    for (const weighting of [{ mask: counted }, { sampleWeight: counted }]) {
      const clean = await measure(name, [target(0), numbers(0.5), weighting]);
      expect(clean).not.toBeNaN();
      expect(await measure(name, [target(Number.NaN), numbers(Number.NaN), weighting])).toBe(clean);
    }
    const empty = await measure(name, [target(Number.NaN), numbers(Number.NaN), { mask: full([4], 0) }]);
    expect(empty).toBe(name === "perplexity" ? 1 : 0);
  });

  test("comes back from its config and rejects unknown options", () => {
    const config = requireConfig(resolveMetric(name), "metric");
    expect(config.name).toBe(name);
    expect(resolveMetric(JSON.parse(JSON.stringify(config))).config).toEqual(config);
    expect(() => resolveMetric({ name, misspelt: 1 })).toThrow(OptionError);
    expect(resolveMetric(name).direction).toMatch(/min|max/);
  });
});

test("a function is a metric, and so is a loss", async () => {
  const bias = (target: Tensor, prediction: Tensor) => full(target.shape, prediction.size);
  expect(await measure(bias, [full([2], 1), full([2, 1], 1)])).toBe(2);
  expect(resolveMetric(bias).name).toBe("bias");
  expect(() => requireConfig(resolveMetric(bias), "metric")).toThrow(/cannot be saved/);
  expect(await measure(huber({ delta: 2 }), [full([1, 1], 0), full([1, 1], 3)])).toBe(4);
  expect(() => resolveMetric("area" as MetricLike)).toThrow(/one of .*accuracy/);
  expect(() => resolveMetric({ name: "f1", average: "weighted" })).toThrow(OptionError);
});

test("an accumulator adds in float64 and goes on from its sums", () => {
  const finish = (sums: ArrayLike<number>) => sums[0]! / sums[1]!;
  const total = new Accumulator({ finish });
  expect(total.result).toBeUndefined();
  for (let i = 0; i < 3; i++) total.add(Float32Array.of(2 ** 24, 1));
  total.add([1, 0]);
  expect(total.sums).toEqual([3 * 2 ** 24 + 1, 3]);
  const next = new Accumulator({ finish }, JSON.parse(JSON.stringify(total.sums)));
  next.add([2, 0]);
  expect(next.result).toBe((3 * 2 ** 24 + 3) / 3);
});

describe("auc", () => {
  const target = constant([1, 0, 1, 0, 0]);
  const prediction = constant([0.9, 0.8, 0.6, 0.4, 0.1]);

  test("is the share of pairs in which the positive entry gets more", async () => {
    expect(await measure("auc", [target, prediction])).toBeCloseTo(5 / 6, 6);
    expect(await measure("auc", [target, constant([0.9, 0.1, 0.8, 0.2, 0.3], [5, 1])])).toBeCloseTo(1, 6);
    expect(await measure("auc", [target, full([5], 0.5)])).toBeCloseTo(1 / 2, 6);
  });

  test("is one curve over batches, and of all classes of class numbers", async () => {
    const parts = [0, 2].map((from): Triple => {
      const count = from === 0 ? 2 : 3;
      return [sliceAxis(target, 0, from, count), sliceAxis(prediction, 0, from, count)];
    });
    expect(await measure("auc", ...parts)).toBeCloseTo(5 / 6, 6);
    const oneHot = matrix([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    const ofRows = await measure("auc", [oneHot, probabilities]);
    expect(await measure("auc", [classes(0, 1, 2, 1), probabilities])).toBe(ofRows);
  });

  test("leaves out what a mask excludes, even NaN", async () => {
    const spoiled = constant([0.9, 0.8, Number.NaN, 0.6, 0.4, 0.1]);
    const mask = constant([1, 1, 0, 1, 1, 1]);
    expect(await measure("auc", [constant([1, 0, Number.NaN, 1, 0, 0]), spoiled, { mask }])).toBeCloseTo(5 / 6, 6);
  });

  test("is 0 where there is nothing to find, and takes predictions beyond 0 and 1", async () => {
    for (const curve of ["roc", "pr"]) {
      expect(await measure({ name: "auc", curve }, [full([5], 0), prediction])).toBe(0);
    }
    expect(await measure("auc", [constant([1, 0]), constant([3, -3])])).toBeCloseTo(1, 12);
  });

  test("refuses other curves and a single threshold", () => {
    expect(() => resolveMetric({ name: "auc", curve: "det" })).toThrow(OptionError);
    expect(() => resolveMetric({ name: "auc", thresholds: 1 })).toThrow("thresholds");
  });
});
