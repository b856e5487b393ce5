import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conformalIntervals } from "./intervals.ts";

/** Uniform numbers from 0 to 1 (Lehmer's generator). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("conformalIntervals", () => {
  test("cover new errors of the same kind as often as asked, at every step", () => {
    const random = uniform(7);
    const draw = () => [1, 2, 4].map((size) => size * (random() + random() + random() - 1.2));
    const { lower, upper } = conformalIntervals(Array.from({ length: 400 }, draw), { horizon: 3, coverage: 0.9 });
    for (const step of [0, 1, 2]) {
      const fresh = Array.from({ length: 4000 }, () => draw()[step] as number);
      const inside = fresh.filter((error) => error >= (lower[step] as number) && error <= (upper[step] as number));
      expect(inside.length / fresh.length).toBeGreaterThan(0.87);
      expect(inside.length / fresh.length).toBeLessThan(0.93);
    }
  });

  test("with few errors, reach as far as the largest one", () => {
    const { lower, upper } = conformalIntervals([[3], [-1], [2]], { horizon: 1, apart: 1e9 });
    expect(lower[0]).toBeCloseTo(-1);
    expect(upper[0]).toBeCloseTo(3);
  });

  test("are wider the fewer forecasts stand apart", () => {
    const errors = [[3], [-1], [2]];
    expect(conformalIntervals(errors, { horizon: 1, apart: 2 }).upper[0]).toBeCloseTo(3 * Math.SQRT2);
    expect(conformalIntervals(errors, { horizon: 1 }).upper[0]).toBeCloseTo(3 * Math.sqrt(5 / 3));
  });

  test("never narrow with the step, always hold the forecast, and are of no width for exact forecasts", () => {
    const forecasts = fc.array(
      fc.array(fc.double({ noNaN: true, min: -100, max: 100 }), { minLength: 4, maxLength: 4 }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(forecasts, (errors) => {
        const { lower, upper } = conformalIntervals(errors, { horizon: 4 });
        for (let step = 0; step < 4; step++) {
          expect(lower[step]).toBeLessThanOrEqual(0);
          expect(upper[step]).toBeGreaterThanOrEqual(0);
          if (step > 0) expect(upper[step]).toBeGreaterThanOrEqual((upper[step - 1] as number) - 1e-9);
        }
      }),
    );
    expect([...conformalIntervals([[0, 0]], { horizon: 2 }).upper]).toEqual([0, 0]);
  });

  test("skip missing values, and need one that is not", () => {
    expect(
      conformalIntervals(
        [
          [1, Number.NaN],
          [-1, 2],
        ],
        { horizon: 2 },
      ).upper[1],
    ).toBeGreaterThan(0);
    expect(() => conformalIntervals([[Number.NaN]], { horizon: 1 })).toThrow(
      "Expected at least one error to size intervals by, got none.",
    );
    expect(() => conformalIntervals([[1]], { horizon: 1, coverage: 1 })).toThrow(
      "`coverage` to be a number between 0 and 1",
    );
  });
});
