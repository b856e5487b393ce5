import { describe, expect, test } from "vitest";
import { clipOutliers, clipOutliersFrom } from "./clip-outliers.ts";
import { type Ragged, ragged } from "./ragged.ts";

const nan = Number.NaN;
/** Two features of 200 rows; the second is mostly 0. */
const train = Array.from({ length: 200 }, (_, i) => [Math.sin(i), i % 4 === 0 ? i % 3 : 0]);

describe("what is usual", () => {
  test("is around the median, whatever the outliers are", () => {
    const values = [[1], [2], [3], [4], [5], [nan], [1e9]];
    const { low, high } = clipOutliers(values, { threshold: 3 }).config;
    // The median is 3.5, distances from it are ½, ½, 1½, 1½, 2½ and very many.
    expect(low[0]).toBeCloseTo(3.5 - (3 * 1.5) / 0.6744897501960817, 12);
    expect(high[0]).toBeCloseTo(3.5 + (3 * 1.5) / 0.6744897501960817, 12);
  });

  test("is between quantiles", () => {
    const values = Array.from({ length: 101 }, (_, i) => [i]);
    expect(clipOutliers(values, { method: "quantiles", quantiles: [0.055, 0.9] }).config).toEqual({
      low: [5.5],
      high: [90],
    });
  });

  test("is not nothing where most values are the same, and everything where all are", () => {
    const { low, high } = clipOutliers(train.map(([, b]) => [b!, 7])).config;
    expect(high[0]).toBeGreaterThan(1);
    expect(low[0]).toBeLessThan(0);
    expect([low[1], high[1]]).toEqual([-Number.MAX_VALUE, Number.MAX_VALUE]);
  });
});

const clipper = clipOutliers(train);
const [low, high] = [clipper.config.low[0]!, clipper.config.high[0]!];
const sequences = [
  [
    [0, 0],
    [99, nan],
    [0.5, 0],
  ],
  [
    [-50, 0],
    [nan, 1],
    [0, 200],
  ],
];

test("outliers are cut to what is usual; nothing else changes", () => {
  const { data, shape } = clipper.transform(sequences);
  expect(shape).toEqual([2, 3, 2]);
  const highest = Math.fround(clipper.config.high[1]!);
  const expected = [0, 0, Math.fround(high), nan, 0.5, 0, Math.fround(low), 0, nan, 1, 0, highest];
  expect(Array.from(data)).toEqual(expected);
  const again = clipOutliersFrom(JSON.parse(JSON.stringify(clipper.config)));
  expect(again.transform(sequences)).toEqual(clipper.transform(sequences));
  const rows = clipper.transform(ragged([sequences[0]!, sequences[1]!.slice(2)]));
  expect((rows as Ragged).row(1).data).toEqual(data.slice(10));
});

test("a report tells where they are, in words and as data", () => {
  const { outliers, values, text } = clipper.report(sequences, { names: ["temperature", "rain"] });
  expect(values).toBe(10);
  expect(outliers.map(({ row, step, feature, value }) => [row, step, feature, value])).toEqual([
    [1, 2, 1, 200],
    [0, 1, 0, 99],
    [1, 0, 0, -50],
  ]);
  expect(text.split("\n")).toEqual([
    "3 of 10 values are outliers:",
    expect.stringMatching(/^row 1, step 2: rain is 200, above \d/),
    expect.stringMatching(/^row 0, step 1: temperature is 99, above \d/),
    expect.stringMatching(/^row 1, step 0: temperature is -50, below -\d/),
  ]);
  expect(clipper.report([[0, 0]]).text).toBe("None of 2 values is an outlier.");
  expect(clipper.report([[1e6, 0]]).outliers[0]).not.toHaveProperty("step");
  expect(clipper.report(ragged([[[0, 0]], sequences[0]!])).outliers).toMatchObject([{ row: 1, step: 1, feature: 0 }]);
  const many = clipper.report(Array.from({ length: 30 }, () => [1e6, 0])).text.split("\n");
  expect([many.length, many.at(-1)]).toEqual([12, "and 20 more"]);
});

test.each([
  [() => clipOutliers([[nan]]), "Expected a training value of feature 0, got none."],
  [() => clipOutliers([1, 2]), /\[rows, features\] or \[batch, time, features\], got \[2\]/],
  [() => clipOutliers(train, { threshold: 0 }), /`threshold` to be a number above 0/],
  [() => clipOutliers(train, { method: "quantiles", quantiles: [0.9, 0.1] }), /two rising numbers from 0 to 1/],
  [() => clipOutliers(train, { quantiles: [0, 1] }), /method "mad" without `quantiles`/],
  [() => clipper.transform([[1]]), /values of 2 features, as in training, got 1/],
])("%# is refused", (action, message) => expect(action).toThrow(message));
