import { describe, expect, test } from "vitest";
import { findSeason, naturalCycles } from "./season.ts";

const HOUR = 3_600_000;
const wave = (length: number, count: number) =>
  Array.from({ length: count }, (_, n) => Math.sin((2 * Math.PI * n) / length) + 0.05 * Math.sin(n * n));

describe("findSeason", () => {
  test("knows the cycles of a frequency", () => {
    expect(naturalCycles({ unit: "month", step: 1, anchorDay: 1 })).toEqual([12]);
    expect(naturalCycles({ unit: "month", step: 3, anchorDay: 1 })).toEqual([4]);
    expect(naturalCycles({ unit: "month", step: 12, anchorDay: 1 })).toEqual([]);
    expect(naturalCycles({ unit: "milliseconds", step: HOUR })).toEqual([24, 168, 8766]);
  });

  test("chooses the cycle that predicts best", () => {
    expect(findSeason(wave(24, 1000), { unit: "milliseconds", step: HOUR })).toBe(24);
    const weekly = wave(24, 1000).map((value, n) => value * (n % 168 < 120 ? 1 : 3));
    expect(findSeason(weekly, { unit: "milliseconds", step: HOUR })).toBe(168);
  });

  test("finds the season of a series without dates, also with a trend and missing values", () => {
    const series = wave(7, 120).map((value, n) => (n % 50 === 9 ? Number.NaN : value + 0.1 * n));
    expect(findSeason(series, { unit: "number", step: 1 })).toBe(7);
  });

  test("noise, constants, and series with fewer than three seasons have none", () => {
    let state = 1;
    const noise = Array.from({ length: 300 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    });
    expect(findSeason(noise, { unit: "number", step: 1 })).toBe(1);
    expect(findSeason(new Array(50).fill(3), { unit: "number", step: 1 })).toBe(1);
    expect(findSeason(wave(12, 35), { unit: "month", step: 1, anchorDay: 1 })).toBe(1);
  });
});
