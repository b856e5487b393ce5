import { describe, expect, test } from "vitest";
import { judge } from "./verdict.ts";

const scores = (mae: number) => ({ mae, rmse: mae, smape: mae, mase: mae });
const verdict = (model: number, naive: number, seasonal: number, season = 12) =>
  judge({ model: scores(model), naive: scores(naive), seasonalNaive: scores(seasonal) }, season);

describe("judge", () => {
  test("a win says by how much", () => {
    expect(verdict(15, 76, 48)).toEqual({
      beatsNaive: true,
      sentence:
        "The model beats both the naive and the seasonal naive forecast on the held-out data: its mean absolute error is " +
        "15, against 76 (naive) and 48 (seasonal naive), 69 % below the better one.",
    });
    expect(verdict(99.9, 100, 200).sentence).toMatch(/a narrow lead\.$/);
    expect(verdict(5, 10, 10, 1).sentence).toMatch(
      /beats the naive forecast .* against 10 \(naive\), 50 % below it\.$/,
    );
  });

  test("anything else says what to use instead", () => {
    expect(verdict(60, 76, 48)).toMatchObject({ beatsNaive: false });
    expect(verdict(60, 76, 48).sentence).toMatch(
      /does not beat the seasonal naive .* Rather use the seasonal naive forecast/,
    );
    expect(verdict(48, 76, 48).sentence).toMatch(/only equals the seasonal naive/);
    expect(verdict(0, 0, 3).sentence).toBe("The naive forecast is already exact on the held-out data: use it.");
    expect(verdict(Number.NaN, 1, 1).sentence).toMatch(/cannot be judged/);
  });
});
