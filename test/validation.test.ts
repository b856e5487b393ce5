/** Cross-validation, in any order and in that of time; the search for a learning rate. */

import fc from "fast-check";
import {
  adam,
  cosineDecay,
  crossValidate,
  dense,
  findLearningRate,
  groupKFold,
  kFold,
  OptionError,
  rollingOrigin,
  sequential,
  sgd,
  stratifiedKFold,
} from "rondo";
import { describe, expect, test } from "vitest";
import { waves } from "./support/models.ts";

const lists = (folds: ReturnType<ReturnType<typeof kFold>>) =>
  folds.map(({ train, test }) => ({ train: Array.from(train), test: Array.from(test) }));

describe("kFold", () => {
  test("tests on each row once, on what is trained on the others", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 7, max: 40 }),
        fc.boolean(),
        (folds, rows, shuffle) => {
          const found = lists(kFold({ folds, shuffle, seed: 3 })(rows));
          expect(found).toHaveLength(folds);
          expect(found.flatMap(({ test }) => test).sort((a, b) => a - b)).toEqual(
            Array.from({ length: rows }, (_, i) => i),
          );
          for (const { train, test } of found) {
            expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
            expect(Math.abs(test.length - rows / folds)).toBeLessThan(1);
          }
        },
      ),
    );
  });

  test("takes the rows in another order by another seed", () => {
    expect(lists(kFold({ seed: 1 })(20))).not.toEqual(lists(kFold({ seed: 2 })(20)));
    expect(lists(kFold({ folds: 2, shuffle: false })(4))[0]).toEqual({ train: [2, 3], test: [0, 1] });
    expect(() => kFold({ folds: 1 })).toThrow(OptionError);
    expect(() => kFold()(3)).toThrow(/at least 5 rows/);
  });
});

describe("stratifiedKFold", () => {
  test("gives each part its share of each class, and each row to one part", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.array(fc.integer({ min: 5, max: 12 }), { minLength: 1, maxLength: 4 }),
        fc.nat(9),
        (folds, sizes, seed) => {
          const labels = sizes.flatMap((size, label) => Array.from({ length: size }, () => `class ${label}`));
          const found = lists(stratifiedKFold({ labels, folds, seed })(labels.length));
          expect(found.flatMap(({ test }) => test).sort((a, b) => a - b)).toEqual([...labels.keys()]);
          for (const { train, test } of found) {
            expect([...train, ...test].sort((a, b) => a - b)).toEqual([...labels.keys()]);
            expect(Math.abs(test.length - labels.length / folds)).toBeLessThan(1);
            for (const [label, size] of sizes.entries()) {
              const count = test.filter((row) => labels[row] === `class ${label}`).length;
              expect(Math.abs(count - size / folds)).toBeLessThan(1);
            }
          }
        },
      ),
    );
  });

  test("refuses classes with too few rows, and labels of other rows", () => {
    expect(() => stratifiedKFold({ labels: [0, 0, 1], folds: 2 })(3)).toThrow(/at least 2 rows of each class.*1 of 1/);
    expect(() => stratifiedKFold({ labels: [0, 0], folds: 2 })(4)).toThrow(
      /`labels` of stratifiedKFold\(\) for each of 4/,
    );
    expect(() => stratifiedKFold({ labels: undefined as never })(4)).toThrow(OptionError);
  });
});

describe("groupKFold", () => {
  test("never splits a group", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 12, maxLength: 60 }), fc.nat(9), (groups, seed) => {
        fc.pre(new Set(groups).size >= 3);
        const found = lists(groupKFold({ groups, folds: 3, seed })(groups.length));
        expect(found.flatMap(({ test }) => test).sort((a, b) => a - b)).toEqual([...groups.keys()]);
        for (const { train, test } of found) {
          expect(test.length).toBeGreaterThan(0);
          const tested = new Set(test.map((row) => groups[row]));
          expect(train.filter((row) => tested.has(groups[row]!))).toEqual([]);
        }
      }),
    );
  });

  test("makes parts of similar size, and refuses fewer groups than folds", () => {
    const groups = ["a", "a", "a", "a", "b", "b", "c", "d"];
    const found = lists(groupKFold({ groups, folds: 2 })(8));
    expect(found.map(({ test }) => test.length)).toEqual([4, 4]);
    expect(() => groupKFold({ groups, folds: 5 })(8)).toThrow(/at least 5 rows.*each of another group.*4/);
  });
});

describe("rollingOrigin", () => {
  test("trains on the past, leaves a gap, tests on the future", () => {
    expect(lists(rollingOrigin({ folds: 3, testSize: 2, gap: 1 })(10))).toEqual([
      { train: [0, 1, 2], test: [4, 5] },
      { train: [0, 1, 2, 3, 4], test: [6, 7] },
      { train: [0, 1, 2, 3, 4, 5, 6], test: [8, 9] },
    ]);
    expect(lists(rollingOrigin({ folds: 2, testSize: 2, maxTrainSize: 3 })(10))).toEqual([
      { train: [3, 4, 5], test: [6, 7] },
      { train: [5, 6, 7], test: [8, 9] },
    ]);
    expect(lists(rollingOrigin({ folds: 4 })(23)).map(({ test }) => test.length)).toEqual([4, 4, 4, 4]);
    expect(() => rollingOrigin({ folds: 3, testSize: 4 })(12)).toThrow(/at least 13 rows/);
    expect(() => rollingOrigin({ gap: -1 })).toThrow(OptionError);
  });
});

test("crossValidate trains a model for each fold and measures it on the rows that it has not seen", async () => {
  const [x, y] = [waves([20, 2]), waves([20, 1], 1)];
  const make = () => {
    const net = sequential([dense(1, { inputShape: [2] })]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", metrics: ["meanAbsoluteError"], engine: "reference" });
    return net;
  };
  const made: number[] = [];
  const split = kFold({ folds: 4 });
  const options = { epochs: 3, batchSize: 5, folds: split };
  const { folds, mean, deviation } = await crossValidate(
    (fold) => {
      made.push(fold);
      return make();
    },
    x,
    y,
    options,
  );
  expect(made).toEqual([0, 1, 2, 3]);
  const pick = ({ data, shape }: typeof x, rows: Int32Array) => {
    const width = shape[1]!;
    const taken = Array.from(rows).flatMap((row) => Array.from(data.subarray(row * width, (row + 1) * width)));
    return { data: Float64Array.from(taken), shape: [rows.length, width] };
  };
  const { train, test: held } = split(20)[2]!;
  const alone = make();
  await alone.fit(pick(x, train), pick(y, train), { epochs: 3, batchSize: 5 });
  expect(folds[2]).toEqual(await alone.evaluate(pick(x, held), pick(y, held), { batchSize: 5 }));
  const losses = folds.map(({ loss }) => loss);
  const average = losses.reduce((a, b) => a + b) / 4;
  expect(mean.loss).toBeCloseTo(average, 12);
  expect(deviation.loss).toBeCloseTo(Math.sqrt(losses.reduce((t, l) => t + (l - average) ** 2, 0) / 3), 12);
  expect(Object.keys(mean)).toEqual(["loss", "meanAbsoluteError"]);
  await expect(crossValidate(make, x, y, {} as never)).rejects.toThrow(OptionError);
  await expect(crossValidate(make, x, y, undefined as never)).rejects.toThrow("`folds` such as kFold()");

  // Weights go with their rows: those of weight 0 are as good as not there.
  const sampleWeight = Float64Array.from({ length: 20 }, (_, i) => i % 3);
  const weighted = await crossValidate(make, x, y, { ...options, sampleWeight });
  const other = make();
  await other.fit(pick(x, train), pick(y, train), {
    epochs: 3,
    batchSize: 5,
    sampleWeight: Array.from(train, (row) => row % 3),
  });
  const measuring = { batchSize: 5, sampleWeight: Array.from(held, (row) => row % 3) };
  expect(weighted.folds[2]).toEqual(await other.evaluate(pick(x, held), pick(y, held), measuring));
});

describe("findLearningRate", () => {
  const x = waves([64, 3]);
  const y = {
    data: Float64Array.from({ length: 64 }, (_, i) => 2 * x.data[3 * i]! - x.data[3 * i + 1]!),
    shape: [64, 1],
  };
  const make = (optimizer = sgd()) => {
    const net = sequential([dense(1, { inputShape: [3] })]);
    net.compile({ loss: "meanSquaredError", optimizer, engine: "reference" });
    return net;
  };

  test("tries rates that grow by one factor until the loss grows, and suggests one that learns", async () => {
    const curve = await findLearningRate(() => make(), x, y, { from: 1e-4, to: 100, steps: 60 });
    expect(curve.diverged).toBe(true);
    for (let i = 1; i < curve.rates.length; i++)
      expect(curve.rates[i]! / curve.rates[i - 1]!).toBeCloseTo(1e6 ** (1 / 59), 8);
    expect(curve.losses).toHaveLength(curve.rates.length);
    const train = async (learningRate: number) =>
      (await make(sgd({ learningRate })).fit(x, y, { epochs: 8, batchSize: 64 })).metrics.loss!.at(-1)!;
    const [small, found] = [await train(curve.suggestion / 1000), await train(curve.suggestion)];
    expect(found).toBeLessThan(small / 2);
  });

  test("begins its means without the bias of a zero", async () => {
    const { smoothed, losses, diverged } = await findLearningRate(() => make(), x, y, {
      to: 1e-3,
      steps: 5,
      smoothing: 0.5,
    });
    expect(diverged).toBe(false);
    expect(smoothed[0]).toBeCloseTo(losses[0]!, 12);
    expect(smoothed[1]).toBeCloseTo((0.25 * losses[0]! + 0.5 * losses[1]!) / 0.75, 12);
  });

  test("is checked", async () => {
    const weightless = { steps: 5, sampleWeight: new Float32Array(x.shape[0]!) };
    expect((await findLearningRate(() => make(), x, y, weightless)).losses).toEqual([0, 0, 0, 0, 0]);
    await expect(findLearningRate(() => make(), x, y, { from: 1, to: 0.1 })).rejects.toThrow(OptionError);
    await expect(findLearningRate(make() as never, x, y)).rejects.toThrow(/makes a compiled model/);
    const scheduled = adam({ learningRate: cosineDecay({ initialLearningRate: 0.1, decaySteps: 9 }) });
    await expect(findLearningRate(() => make(scheduled), x, y)).rejects.toThrow(/constant learning rate/);
  });
});
