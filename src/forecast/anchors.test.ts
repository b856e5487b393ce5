import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anchors } from "./anchors.ts";

const predict = (name: string, values: number[], season: number, horizon: number, origin = values.length - 1) => {
  const anchor = anchors.find((one) => one.name === name);
  if (!anchor) throw new Error(name);
  return [...anchor.predict({ values: Float64Array.from(values), origin, horizon, season })];
};

/** Two seasons of three steps, the second one 10 higher. */
const two = [1, 2, 6, 11, 12, 16];

describe("anchors", () => {
  test("of a small series, worked out by hand", () => {
    expect(predict("last", two, 3, 2)).toEqual([16, 16]);
    expect(predict("season", two, 3, 5)).toEqual([11, 12, 16, 11, 12]);
    expect(predict("seasonLevel", two, 3, 2)).toEqual([21, 22]);
    expect(predict("seasonGrowth", two, 3, 4)).toEqual([21, 22, 26, 31]);
    expect(predict("seasonMean", two, 3, 2)).toEqual([6, 7]);
    expect(predict("mean", two, 3, 2)).toEqual([8, 8]);
    // 10 in the three steps from 6 to 16.
    expect(predict("trend", two, 3, 2)).toEqual([16 + 10 / 3, 16 + 20 / 3]);
    expect(predict("trend", [1, 2, 3], 1, 2)).toEqual([4, 5]);
  });

  test("seasonal anchors continue a pure season exactly, and growth continues a growing one", () => {
    const season = Array.from({ length: 48 }, (_, n) => Math.sin((Math.PI * n) / 6) + Math.cos(n % 12));
    for (const { name, seasonal } of anchors) {
      if (!seasonal) continue;
      for (const [step, value] of predict(name, season.slice(0, 36), 12, 12).entries()) {
        expect(value).toBeCloseTo(season[36 + step] as number, 9);
      }
    }
    const growing = season.map((value, n) => value + 3 * Math.floor(n / 12));
    const [first] = predict("seasonGrowth", growing.slice(0, 36), 12, 12);
    expect(first).toBeCloseTo(growing[36] as number, 9);
  });

  test("see nothing after the origin, and move with the series", () => {
    const series = fc.array(fc.double({ noNaN: true, min: -100, max: 100 }), { minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(series, fc.constantFrom(...anchors.map(({ name }) => name)), (values, name) => {
        const origin = 12;
        const before = predict(name, values.slice(0, origin + 1), 4, 6, origin);
        expect(predict(name, values, 4, 6, origin)).toEqual(before);
        const raised = predict(
          name,
          values.map((value) => value + 50),
          4,
          6,
          origin,
        );
        for (const [step, value] of raised.entries()) expect(value).toBeCloseTo((before[step] as number) + 50, 6);
      }),
    );
  });

  test("work at the first origin that training uses: one season of history and one more step", () => {
    for (const { name } of anchors) {
      for (const value of predict(name, [1, 2, 3, 4, 5], 4, 9)) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
