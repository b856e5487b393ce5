import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { impute } from "./impute.ts";

const NaNs = Number.NaN;

describe("impute", () => {
  test("bridges gaps by straight lines and continues the ends", () => {
    expect([...impute([NaNs, 1, NaNs, NaNs, 4, NaNs])]).toEqual([1, 1, 2, 3, 4, 4]);
  });

  test("keeps the season through a gap", () => {
    const season = [0, 5, 10, 5];
    const values = Array.from({ length: 40 }, (_, n) => (season[n % 4] as number) + 100);
    const holed = values.map((value, n) => (n >= 17 && n < 27 ? NaNs : value));
    for (const [n, value] of impute(holed, 4).entries()) expect(value).toBeCloseTo(values[n] as number, 0);
  });

  test("never changes a measured value, and leaves nothing missing if anything was measured", () => {
    const cells = fc.array(fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constant(NaNs)), { minLength: 1 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 8 }), (values, season) => {
        fc.pre(values.some((value) => !Number.isNaN(value)));
        for (const [n, value] of impute(values, season).entries()) {
          expect(value).not.toBeNaN();
          if (!Number.isNaN(values[n])) expect(value).toBeCloseTo(values[n] as number, 6);
        }
      }),
    );
  });
});
