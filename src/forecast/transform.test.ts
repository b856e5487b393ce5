import { describe, expect, test } from "vitest";
import { fitTransform } from "./transform.ts";

const wave = (n: number) => Math.sin((Math.PI * n) / 6);
const series = (value: (n: number) => number) => Float64Array.from({ length: 120 }, (_, n) => value(n));

describe("fitTransform", () => {
  test("takes logarithms only when swings grow with the level", () => {
    expect(
      fitTransform(
        series((n) => Math.exp(n / 60) * (10 + wave(n))),
        12,
      ).logarithmic,
    ).toBe(true);
    expect(
      fitTransform(
        series((n) => 10 + n / 10 + wave(n)),
        12,
      ).logarithmic,
    ).toBe(false);
    expect(
      fitTransform(
        series((n) => 10 + wave(n) * (1 + n / 60)),
        12,
      ).logarithmic,
    ).toBe(false);
    expect(
      fitTransform(
        series((n) => Math.exp(n / 60) * (10 + wave(n)) - 12),
        12,
      ).logarithmic,
    ).toBe(false);
    expect(
      fitTransform(
        series(() => 5),
        12,
      ).logarithmic,
    ).toBe(false);
  });

  test("is undone by its inverse, keeps NaN, and survives later zeros", () => {
    const values = series((n) => Math.exp(n / 60) * (10 + wave(n)));
    const { transform, inverse } = fitTransform(values, 12);
    expect(inverse(transform(42))).toBeCloseTo(42, 9);
    expect(transform(Number.NaN)).toBeNaN();
    expect(Number.isFinite(transform(0))).toBe(true);
    expect(Number.isFinite(transform(-3))).toBe(true);
  });

  test("ignores missing values", () => {
    const holed = series((n) => (n % 7 === 2 ? Number.NaN : Math.exp(n / 60) * (10 + wave(n))));
    expect(fitTransform(holed, 12).logarithmic).toBe(true);
  });
});
