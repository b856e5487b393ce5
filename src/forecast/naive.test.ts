import { describe, expect, test } from "vitest";
import { naive, seasonalNaive } from "./naive.ts";

const missing = Number.NaN;

describe("naive forecasts", () => {
  test("repeat the last value, or the last season", () => {
    expect([...naive([1, 2, 3], 2)]).toEqual([3, 3]);
    expect([...seasonalNaive([1, 2, 3, 4, 5], 7, 3)]).toEqual([3, 4, 5, 3, 4, 5, 3]);
  });

  test("look further back where values are missing", () => {
    expect([...naive([1, 2, missing], 1)]).toEqual([2]);
    expect([...seasonalNaive([1, 2, 3, missing, 5, 6], 3, 3)]).toEqual([1, 5, 6]);
    expect([...seasonalNaive([missing, 2, missing, 4], 2, 2)]).toEqual([4, 4]);
  });

  test("a history shorter than a season repeats its last value for the rest", () => {
    expect([...seasonalNaive([1, 2], 4, 4)]).toEqual([2, 2, 1, 2]);
  });

  test("need one measured value", () => {
    expect(() => naive([missing], 1)).toThrow(
      "Expected at least one measured value before a naive forecast, got none.",
    );
    expect(() => seasonalNaive([1], 1, 0)).toThrow("`season`");
  });
});
