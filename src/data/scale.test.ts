import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chainScalers, logScaler, standardScaler } from "./scale.ts";

describe("standardScaler", () => {
  test("gives mean 0 and deviation 1, looking at observed values only", () => {
    const scaler = standardScaler([1, Number.NaN, 3]);
    expect([1, 2, 3].map(scaler.transform)).toEqual([-1, 0, 1]);
    expect(scaler.transform(Number.NaN)).toBeNaN();
  });

  test("a constant series becomes zeros, however large", () => {
    expect(standardScaler([1e99, 1e99, 1e99]).transform(1e99)).toBeCloseTo(0, 6);
    expect(standardScaler([0.1, 0.1, 0.1]).deviation).toBe(1);
  });

  test("inverse undoes transform", () => {
    const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(fc.array(number, { minLength: 2 }), number, (values, value) => {
        const scaler = standardScaler(values);
        expect(scaler.inverse(scaler.transform(value))).toBeCloseTo(value, 3);
      }),
    );
    const both = chainScalers(logScaler, standardScaler([0, 1, 2]));
    expect(both.inverse(both.transform(7))).toBeCloseTo(7, 10);
  });

  test("needs a value", () => {
    expect(() => standardScaler([Number.NaN])).toThrow("Expected at least one value to fit a scaler, got none.");
  });
});
