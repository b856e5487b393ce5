import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cleanSeries, forecast } from "rondo/forecast";
import { describe, expect, test } from "vitest";

const place = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A plain CSV file without quoted delimiters as a series. */
function read(path: string, target: string) {
  const [columns = [], ...rows] = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().replaceAll('"', "").split(","));
  return cleanSeries({ columns, rows }, { target });
}

describe("the default forecast of real series", () => {
  test("of airline passengers beats the seasonal naive forecast on the last year, with at least 4 of 5 seeds", async () => {
    const series = read(place("examples/data/airline-passengers.csv"), "Passengers");
    const better: boolean[] = [];
    for (const seed of [1, 2, 3, 4, 5]) {
      const { backtest, metrics, verdict } = await forecast(series, { seed });
      expect(backtest.map(({ time }) => time)).toEqual(
        series.times.slice(-12).map((_, n) => `1960-${String(n + 1).padStart(2, "0")}`),
      );
      expect(verdict.beatsNaive).toBe(metrics.model.mae < Math.min(metrics.seasonalNaive.mae, metrics.naive.mae));
      better.push(metrics.model.mae < metrics.seasonalNaive.mae);
    }
    expect(better.filter(Boolean).length).toBeGreaterThanOrEqual(4);
  }, 300_000);

  test("of a random walk does not claim to beat the naive forecast by much", async () => {
    let state = 7;
    let value = 100;
    const walk = Array.from({ length: 300 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      value += state / 2_147_483_647 - 0.5;
      return value;
    });
    const { metrics } = await forecast(walk, { horizon: 5, season: 1, epochs: 20 });
    expect(metrics.model.mae).toBeLessThan(1.5 * metrics.naive.mae);
    expect(metrics.model.mae).toBeGreaterThan(0.7 * metrics.naive.mae);
  }, 120_000);

  const sunspots = place("../shared/data/sunspots/monthly-sunspots.csv");
  test.skipIf(!existsSync(sunspots))(
    "of sunspots beats both naive forecasts (skipped where the shared data folder is absent)",
    async () => {
      const { verdict } = await forecast(read(sunspots, "Sunspots"), { epochs: 10 });
      expect(verdict.beatsNaive).toBe(true);
    },
    120_000,
  );

  const transformer = place("../shared/data/ett/ETTh1.csv");
  test.skipIf(!existsSync(transformer))(
    "of 17,420 hours limits its work and says so (skipped where the shared data folder is absent)",
    async () => {
      const { notes, rows } = await forecast(read(transformer, "OT"), { epochs: 1, units: 8 });
      expect(rows).toBe(17_420);
      expect(notes.join(" ")).toMatch(/Each network trains on \d+ of \d+ windows/);
    },
    120_000,
  );
});
