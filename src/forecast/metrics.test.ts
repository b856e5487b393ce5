import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mae, mase, naiveScale, rmse, score, smape } from "./metrics.ts";

const missing = Number.NaN;

describe("metrics", () => {
  test("of a small case, worked out by hand", () => {
    const [actual, predicted] = [
      [100, 200, missing, 400],
      [110, 180, 5, 400],
    ];
    expect(mae(actual, predicted)).toBeCloseTo(10);
    expect(rmse(actual, predicted)).toBeCloseTo(Math.sqrt((100 + 400) / 3));
    expect(smape(actual, predicted)).toBeCloseTo((200 * (10 / 210 + 20 / 380)) / 3);
    // |4-1|, |8-2|, and a pair with a missing value: mean 4.5.
    expect(naiveScale([1, 2, 4, 8, missing], 2)).toBeCloseTo(4.5);
    expect(mase(actual, predicted, 4)).toBeCloseTo(2.5);
  });

  test("of zeros: exact is 0 %, wrong is 200 %", () => {
    expect(smape([0, 0], [0, 5])).toBe(100);
  });

  test("without anything to measure or to scale by there is no score", () => {
    expect(mae([missing], [1])).toBeNaN();
    expect(naiveScale([1, 2], 2)).toBeNaN();
    expect(mase([1], [2], naiveScale([5, 5, 5]))).toBeNaN();
  });

  test("a forecast and its actual values have equal lengths", () => {
    expect(() => mae([1, 2], [1])).toThrow(
      "Expected as many predicted as actual values, got 2 and 1: align them by time.",
    );
  });

  test("the seasonal naive forecast one step ahead has a scaled error of 1 on its own scaling data", () => {
    const series = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 6 }), (values, season) => {
        const scale = naiveScale(values, season);
        fc.pre(scale > 1e-9);
        expect(mase(values.slice(season), values.slice(0, -season), scale)).toBeCloseTo(1);
      }),
    );
  });

  test("scores do not change with the unit, except those that carry it", () => {
    const values = fc.array(fc.double({ noNaN: true, min: 1, max: 1e3 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(values, values, (actual, predicted) => {
        const [one, ten] = [1, 10].map((unit) =>
          score(
            actual.map((v) => v * unit),
            predicted.map((v) => v * unit),
            unit * 3,
          ),
        );
        expect(ten?.mae).toBeCloseTo(10 * (one?.mae ?? 0), 6);
        expect(ten?.rmse).toBeCloseTo(10 * (one?.rmse ?? 0), 6);
        expect(ten?.smape).toBeCloseTo(one?.smape ?? 0, 6);
        expect(ten?.mase).toBeCloseTo(one?.mase ?? 0, 6);
        expect(one?.rmse).toBeGreaterThanOrEqual((one?.mae ?? 0) - 1e-9);
      }),
    );
  });
});
