import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import { OptionError, ShapeError } from "../../errors.ts";
import {
  constant,
  div,
  full,
  gradients,
  input,
  log,
  mean,
  mul,
  neg,
  square,
  sub,
  sum,
  type Tensor,
} from "../../graph/index.ts";
import { requireConfig } from "../config.ts";
import { type LossLike, losses, resolveLoss } from "./index.ts";
import { requireLogits } from "./loss.ts";
import { weightedLoss } from "./weighted-loss.ts";

async function compute(outputs: readonly Tensor[], inputs: readonly Tensor[] = [], values: number[][] = []) {
  const prepared = new Session(referenceEngine()).prepare({ inputs, outputs, updates: [] });
  return (await prepared.run(values)).map((numbers) => Array.from(numbers));
}

const matrix = (rows: number[][]) => constant(rows.flat(), [rows.length, rows[0]!.length]);
/** Losses of whole sequences have other targets, and tests of their own. */
const names = (Object.keys(losses) as (keyof typeof losses)[]).filter((name) => !losses[name]().ofSequences);

/** Targets [rows] or [rows, width] and predictions [rows, width] that every loss accepts. */
function example(name: string, rows: number, draw: () => number) {
  const width = 3;
  const raw = Array.from({ length: rows * width }, draw);
  const classes = Array.from({ length: rows }, () => Math.floor(Math.abs(draw()) * 1e3) % width);
  const isOfClasses = name === "categoricalCrossentropy" || name === "sparseCategoricalCrossentropy";
  const isBinary = name === "binaryCrossentropy";
  const isPositive = ["poisson", "klDivergence", "meanSquaredLogarithmicError", "meanAbsolutePercentageError"].includes(
    name,
  );
  if (isPositive) {
    const positive = Array.from({ length: rows * width }, () => 0.1 + (Math.abs(draw()) % 0.8));
    return { target: constant(positive, [rows, width]), prediction: raw.map((x) => 0.1 + (Math.abs(x) % 0.8)), width };
  }
  // The direction of a vector near 0 turns too fast for differences.
  const away = name === "cosineSimilarity" ? raw.map((x) => x + 3) : raw;
  const prediction = isOfClasses || isBinary ? raw.map((x) => 0.05 + 0.9 / (1 + Math.exp(-x))) : away;
  const oneHot = classes.flatMap((c) => Array.from({ length: width }, (_, i) => (i === c ? 1 : 0)));
  if (name === "sparseCategoricalCrossentropy")
    return { target: constant(classes, [rows], "int32"), prediction, width };
  if (name === "pinball") return { target: constant(Array.from({ length: rows }, draw), [rows]), prediction, width };
  const drawn = Array.from({ length: rows * width }, () => draw() + (name === "cosineSimilarity" ? 3 : 0));
  const target = isOfClasses || isBinary ? oneHot : drawn;
  return { target: constant(target, [rows, width]), prediction, width };
}

describe("by hand", () => {
  test("meanSquaredError and meanAbsoluteError average over the last axis", async () => {
    const target = matrix([
      [1, 2],
      [3, 4],
    ]);
    const prediction = matrix([
      [1, 4],
      [0, 4],
    ]);
    const outputs = (["meanSquaredError", "meanAbsoluteError"] as const).map((name) =>
      resolveLoss(name).values(target, prediction),
    );
    expect(await compute(outputs)).toEqual([
      [2, 4.5],
      [1, 1.5],
    ]);
  });

  test("huber turns linear at delta", async () => {
    const values = losses.huber({ delta: 2 }).values(constant([0, 0, 0]), constant([1, 2, -5]));
    expect(await compute([values])).toEqual([[0.5, 2, 2 * 5 - 2]]);
  });

  test("tukeyBiweight forgets what is beyond its threshold", async () => {
    const x = input("prediction", [4]);
    const values = losses.tukeyBiweight({ threshold: 2 }).values(constant([0, 0, 0, 0]), x);
    const [found, gradient] = await compute([values, ...gradients(sum(values), [x])], [x], [[1, -2, 5, 1e-3]]);
    const most = 4 / 6;
    expect(found![0]).toBeCloseTo(most * (1 - 0.75 ** 3), 12);
    expect(found!.slice(1, 3)).toEqual([most, most]);
    // Near 0 it is ½e².
    expect(found![3]).toBeCloseTo(0.5e-6, 11);
    expect(gradient![0]).toBeCloseTo(1 * 0.75 ** 2, 12);
    expect(gradient![2]).toBe(0);
  });

  test("logCosh and cosineSimilarity stay finite for huge errors and for zeros", async () => {
    const x = input("prediction", [2, 2]);
    const target = matrix([
      [1e6, -1e6],
      [0, 0],
    ]);
    for (const [loss, first] of [
      [losses.logCosh(), 1e6 - Math.LN2],
      [losses.cosineSimilarity(), 0],
    ] as const) {
      const values = loss.values(target, x);
      const [found, gradient] = await compute([values, ...gradients(sum(values), [x])], [x], [[0, 0, 0, 0]]);
      expect(found).toEqual([first, expect.closeTo(0, 12)]);
      expect(gradient!.every(Number.isFinite)).toBe(true);
    }
  });

  test("pinball weighs errors above and below by the quantile", async () => {
    const values = losses.pinball({ quantiles: [0.1, 0.9] }).values(
      constant([5, 1]),
      matrix([
        [3, 6],
        [4, 1],
      ]),
    );
    const [first, second] = (await compute([values]))[0]!;
    expect(first).toBeCloseTo((0.1 * 2 + 0.1 * 1) / 2, 12);
    expect(second).toBeCloseTo((0.9 * 3 + 0) / 2, 12);
  });

  test("the median is half the absolute error", async () => {
    const [target, prediction] = [matrix([[1, -2, 7]]), matrix([[0, 3, 7]])];
    const median = losses.pinball({ quantiles: [0.5] }).values(target, prediction);
    expect(await compute([mul(2, median)])).toEqual(
      await compute([losses.meanAbsoluteError().values(target, prediction)]),
    );
  });

  test("binaryCrossentropy of logits has the gradient σ(x) − t, at 0 too", async () => {
    const x = input("x", [5]);
    const targets = [1, 0, 1, 0, 1];
    const logits = [0, 0, 3, -200, -200];
    const values = losses.binaryCrossentropy().logits!.values(constant(targets), x);
    const [value, gradient] = await compute([values, ...gradients(sum(values), [x])], [x], [logits]);
    const expected = [Math.log(2), Math.log(2), Math.log1p(Math.exp(-3)), 0, 200];
    for (const [i, logit] of logits.entries()) {
      expect(value![i]).toBeCloseTo(expected[i]!, 12);
      expect(gradient![i]).toBeCloseTo(1 / (1 + Math.exp(-logit)) - targets[i]!, 12);
    }
  });

  test("cross-entropies of probabilities 0 and 1 are finite", async () => {
    const target = matrix([
      [1, 0],
      [1, 0],
    ]);
    const prediction = matrix([
      [0, 1],
      [1, 0],
    ]);
    const classes = constant([0, 0], [2], "int32");
    const found = await compute([
      losses.binaryCrossentropy().values(target, prediction),
      losses.categoricalCrossentropy().values(target, prediction),
      losses.sparseCategoricalCrossentropy().values(classes, prediction),
    ]);
    for (const [wrong, right] of found as [number, number][]) {
      expect(wrong).toBeCloseTo(-Math.log(1e-7), 6);
      expect(right).toBeCloseTo(1e-7, 10);
    }
  });

  test("a class outside the classes is NaN, not 0", async () => {
    const values = losses.sparseCategoricalCrossentropy().values(
      constant([1, 2, -1], [3], "int32"),
      matrix([
        [0.5, 0.5],
        [0.5, 0.5],
        [0.5, 0.5],
      ]),
    );
    expect((await compute([values]))[0]).toEqual([expect.closeTo(Math.log(2), 12), Number.NaN, Number.NaN]);
  });
});

describe("weights and masks", () => {
  const target = matrix([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const steps = (x: Tensor) => ({ target: x, prediction: full([2, 3, 1], 0) });
  const squares = [1, 4, 9, 16, 25, 36];
  const loss = async (weighting: { sampleWeight?: Tensor; mask?: Tensor }) => {
    const { target: y, prediction } = steps(target);
    return (await compute([weightedLoss(losses.meanSquaredError().values, y, prediction, weighting)]))[0]![0];
  };

  test("weights multiply, and the mean is over all entries", async () => {
    const mean = (weights: number[]) => squares.reduce((total, x, i) => total + x * weights[i]!, 0) / 6;
    expect(await loss({})).toBeCloseTo(mean([1, 1, 1, 1, 1, 1]), 12);
    expect(await loss({ sampleWeight: constant([2, 0.5]) })).toBeCloseTo(mean([2, 2, 2, 0.5, 0.5, 0.5]), 12);
    expect(await loss({ sampleWeight: constant([2, 0.5], [2, 1]) })).toBeCloseTo(mean([2, 2, 2, 0.5, 0.5, 0.5]), 12);
    const each = [0, 1, 2, 3, 4, 0.5];
    expect(await loss({ sampleWeight: constant(each, [2, 3]) })).toBeCloseTo(mean(each), 12);
    expect(await loss({ sampleWeight: constant([0, 0]) })).toBe(0);
  });

  test("a mask takes entries out of the mean", async () => {
    expect(await loss({ mask: constant([1, 1, 0, 0, 0, 1], [2, 3]) })).toBeCloseTo((1 + 4 + 36) / 3, 12);
    expect(await loss({ mask: constant([1, 0], [2], "int32") })).toBeCloseTo((1 + 4 + 9) / 3, 12);
    expect(await loss({ mask: full([2, 3], 0) })).toBe(0);
    const both = { mask: constant([1, 1, 0, 0, 0, 1], [2, 3]), sampleWeight: constant([2, 0.5]) };
    expect(await loss(both)).toBeCloseTo((2 * 1 + 2 * 4 + 0.5 * 36) / 3, 12);
  });

  test("weights that do not fit are errors", async () => {
    await expect(loss({ sampleWeight: constant([1, 1, 1]) })).rejects.toThrow(ShapeError);
    await expect(loss({ mask: full([2, 2], 1) })).rejects.toThrow(/mask with the first axes of \[2, 3/);
    await expect(loss({ sampleWeight: full([], 1) })).rejects.toThrow(ShapeError);
  });

  describe.each(names)("%s", (name) => {
    const rows = 4;
    const counted = [1, 0, 1, 0];
    const values = Array.from({ length: 40 }, (_, i) => Math.sin(i * 1.3));

    /** Value and gradient with the entries that do not count replaced by `poison`. */
    async function poisoned(poison: number, weighting: "mask" | "sampleWeight", useLogits: boolean) {
      let next = 0;
      const { target, prediction, width } = example(name, rows, () => values[next++]!);
      const loss = resolveLoss(name);
      const perRow = target.size / rows;
      const replaced = (numbers: ArrayLike<number>, size: number, by: number) =>
        Array.from(numbers, (x, i) => (counted[Math.floor(i / size)] ? x : by));
      const y = input("y", target.shape, target.dtype);
      const p = input("p", [rows, width]);
      const scalar = weightedLoss(useLogits ? loss.logits!.values : loss.values, y, p, {
        [weighting]: constant(counted),
      });
      const numbers = (target.node.attributes as { values: ArrayLike<number> }).values;
      return compute(
        [scalar, ...gradients(scalar, [p])],
        [y, p],
        [replaced(numbers, perRow, target.dtype === "int32" ? 99 : poison), replaced(prediction, width, poison)],
      );
    }

    const ways = losses[name]().logits ? [false, true] : [false];
    test.each(ways)("what is excluded may be NaN or infinite (of logits: %s)", async (useLogits) => {
      for (const weighting of ["mask", "sampleWeight"] as const) {
        const [value, gradient] = await poisoned(0.5, weighting, useLogits);
        expect(Number.isFinite(value![0])).toBe(true);
        for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const found = await poisoned(poison, weighting, useLogits);
          expect(found).toEqual([value, gradient]);
          expect(found[1]!.slice(3, 6)).toEqual([0, 0, 0]);
        }
      }
    });

    test("with nothing counted, loss and gradient are 0", async () => {
      let next = 0;
      const { target, width } = example(name, rows, () => values[next++]!);
      const p = input("p", [rows, width]);
      const scalar = weightedLoss(losses[name]().values, target, p, { mask: full([rows], 0) });
      const found = await compute([scalar, ...gradients(scalar, [p])], [p], [new Array(rows * width).fill(Number.NaN)]);
      expect(found).toEqual([[0], new Array(rows * width).fill(0)]);
    });

    test("gradients are those of finite differences", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 40, maxLength: 40 }),
          fc.integer({ min: 0, max: 11 }),
          async (drawn, at) => {
            let next = 0;
            const { target, prediction, width } = example(name, rows, () => drawn[next++]!);
            const p = input("p", [rows, width]);
            const weights = constant([0.5, 2, 1, 0.1]);
            const scalar = weightedLoss(losses[name]().values, target, p, { sampleWeight: weights });
            const prepared = new Session(referenceEngine()).prepare({
              inputs: [p],
              outputs: [scalar, ...gradients(scalar, [p])],
              updates: [],
            });
            const at1 = async (delta: number) =>
              (await prepared.run([prediction.map((x, i) => (i === at ? x + delta : x))]))[0]![0]!;
            const gradient = (await prepared.run([prediction]))[1]![at]!;
            const h = 1e-5;
            const [left, middle, right] = [await at1(-h), await at1(0), await at1(h)];
            // At a kink the slopes of both sides differ, and any number between them will do.
            const slopes = [(middle - left) / h, (right - middle) / h];
            expect(gradient).toBeGreaterThanOrEqual(Math.min(...slopes) - 1e-3);
            expect(gradient).toBeLessThanOrEqual(Math.max(...slopes) + 1e-3);
          },
        ),
        { numRuns: 15 },
      );
    });

    test("comes back from its config and rejects unknown options", () => {
      const loss = resolveLoss(name);
      const config = requireConfig(loss, "loss");
      expect(resolveLoss(JSON.parse(JSON.stringify(config))).config).toEqual(config);
      expect(() => resolveLoss({ name, misspelt: 1 })).toThrow(OptionError);
    });

    test("a single row gives one value", async () => {
      let next = 0;
      const { target, prediction, width } = example(name, 1, () => values[next++]!);
      const unreduced = losses[name]().values(target, constant(prediction, [1, width]));
      expect(unreduced.shape).toEqual([1]);
    });
  });
});

test.each<[string, (target: Tensor, prediction: Tensor) => Tensor]>([
  ["divergence", (target, prediction) => mul(target, log(div(target, prediction)))],
  ["surprise", (_, prediction) => neg(log(sub(1, prediction)))],
])("masked entries leave no trace in a user's %s either", async (_, values) => {
  const p = input("p", [2, 1]);
  for (const sampleWeight of [undefined, constant([1, Number.NaN])]) {
    const weighting = { mask: constant([1, 0]), ...(sampleWeight && { sampleWeight }) };
    const scalar = weightedLoss(values, constant([0.5, Number.NaN], [2, 1]), p, weighting);
    const outputs = [scalar, ...gradients(scalar, [p])];
    const [value, gradient] = await compute(outputs, [p], [[0.25, Number.NaN]]);
    expect(Number.isFinite(value![0])).toBe(true);
    expect(Number.isFinite(gradient![0])).toBe(true);
    expect(gradient![1]).toBe(0);
  }
});

describe("arguments", () => {
  test("targets must have the shape of predictions", () => {
    const { values } = losses.meanSquaredError();
    expect(values(full([2], 1), full([2, 1], 1)).shape).toEqual([2]);
    expect(values(full([2, 1], 1), full([2], 1)).shape).toEqual([2]);
    expect(() => values(full([2, 1], 1), full([2, 5], 1))).toThrow(ShapeError);
    expect(() => values(full([2, 3], 1), full([2, 3, 4], 1))).toThrow(/targets of shape \[2, 3, 4\]/);
    expect(() => losses.sparseCategoricalCrossentropy().values(full([2, 3], 1), full([2, 3], 1))).toThrow(ShapeError);
    expect(() => losses.categoricalCrossentropy().values(full([2, 1], 1), full([2, 1], 1))).toThrow(
      /binaryCrossentropy/,
    );
    expect(() => losses.pinball({ quantiles: [0.1, 0.9] }).values(full([2], 1), full([2, 3], 1))).toThrow(
      /2 quantiles/,
    );
  });

  test("options are checked", () => {
    expect(() => losses.huber({ delta: 0 })).toThrow(OptionError);
    expect(() => losses.pinball({ quantiles: [] })).toThrow(OptionError);
    expect(() => losses.pinball({ quantiles: [0.5, 1] })).toThrow(OptionError);
    expect(() => losses.binaryCrossentropy({ labelSmoothing: 2 })).toThrow(OptionError);
    expect(() => resolveLoss({ name: "binaryCrossentropy", fromLogits: "yes" })).toThrow(OptionError);
    expect(() => resolveLoss("hinges" as LossLike)).toThrow(/one of binaryCrossentropy, /);
    expect(() => resolveLoss(undefined as unknown as LossLike)).toThrow(OptionError);
    expect(() => resolveLoss({} as LossLike)).toThrow(OptionError);
  });

  test("a loss of logits refuses a model that ends with their activation", () => {
    const loss = losses.categoricalCrossentropy({ fromLogits: true });
    expect(() => requireLogits(loss, undefined)).not.toThrow();
    expect(() => requireLogits(losses.categoricalCrossentropy(), "softmax")).not.toThrow();
    expect(() => requireLogits(loss, "softmax")).toThrow(OptionError);
  });

  test("a function is a loss, weighted and masked like any other", async () => {
    const quartic = (target: Tensor, prediction: Tensor) => square(square(sub(target, prediction)));
    const loss = resolveLoss(quartic);
    expect(loss.name).toBe("quartic");
    const prediction = matrix([
      [1, 2],
      [Number.NaN, 0],
    ]);
    const scalar = weightedLoss(loss.values, full([2, 2], 0), prediction, { mask: constant([1, 0]) });
    expect(await compute([scalar])).toEqual([[(1 + 16) / 2]]);
    expect(() => requireConfig(loss, "loss")).toThrow(/cannot be saved/);
    const reduced = resolveLoss((target: Tensor, prediction: Tensor) => mean(sub(target, prediction)));
    expect(() => weightedLoss(reduced.values, full([2, 2], 0), prediction)).toThrow(/one value per row/);
  });
});
