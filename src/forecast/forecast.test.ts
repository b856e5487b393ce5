import { describe, expect, test } from "vitest";
import { type Frequency, seriesOf } from "../data/index.ts";
import { engineNames } from "../engine/select.ts";
import type { ForecastEvent } from "./events.ts";
import { forecast } from "./forecast.ts";
import type { ForecastOptions } from "./options.ts";

const quick: ForecastOptions = { epochs: 2, units: 4, window: 8 };
const monthly: Frequency = { unit: "month", step: 1, anchorDay: 1 };
const wave = (n: number) => 100 + n + 20 * Math.sin((Math.PI * n) / 6) + 3 * Math.sin(n * n);
const series = (value: (n: number) => number = wave, length = 72) => ({
  ...seriesOf(Array.from({ length }, (_, n) => value(n))),
  frequency: monthly,
});

describe("forecast", () => {
  test("tells everything that a reader needs", async () => {
    const result = await forecast(series(), quick);
    expect(result).toMatchObject({ rows: 72, horizon: 12, season: 12, step: "month" });
    expect(engineNames).toContain(result.engine);
    expect(result.forecast.map(({ time }) => time)[0]).toBeDefined();
    expect(result.forecast).toHaveLength(12);
    expect(result.backtest).toHaveLength(12);
    expect(result.history).toHaveLength(72);
    for (const { mean, lower, upper } of [...result.forecast, ...result.backtest]) {
      expect(lower).toBeLessThanOrEqual(mean);
      expect(upper).toBeGreaterThanOrEqual(mean);
    }
    expect(result.held.of).toBe(12);
    expect(result.metrics.seasonalNaive.mae).toBeCloseTo(
      result.backtest.reduce((sum, { actual, seasonalNaive }) => sum + Math.abs(actual - seasonalNaive) / 12, 0),
    );
    expect(result.members.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    for (const { network } of result.members) {
      expect(result.curve.filter((point) => point.network === network).map(({ epoch }) => epoch)).toEqual([1, 2]);
    }
  });

  test("the same seed gives the same forecast, another seed another one", async () => {
    const [one, same, other] = [
      await forecast(series(), quick),
      await forecast(series(), quick),
      await forecast(series(), { ...quick, seed: 2 }),
    ];
    expect(same.forecast).toEqual(one.forecast);
    expect(other.forecast).not.toEqual(one.forecast);
  });

  test("knows nothing of the held-out values before it has forecast them", async () => {
    const known = await forecast(series(), quick);
    const changed = await forecast(
      series((n) => (n < 60 ? wave(n) : -5000 * n)),
      quick,
    );
    const said = ({ mean, lower, upper }: { mean: number; lower: number; upper: number }) => [mean, lower, upper];
    expect(changed.backtest.map(said)).toEqual(known.backtest.map(said));
    expect(changed.metrics.model.mae).toBeGreaterThan(known.metrics.model.mae);
  });

  test("of a constant series is that constant, without width", async () => {
    const result = await forecast(
      series(() => 5),
      quick,
    );
    for (const { mean, lower, upper } of result.forecast) expect([mean, lower, upper]).toEqual([5, 5, 5]);
    expect(result.metrics.model.mae).toBe(0);
    expect(result.metrics.model.mase).toBeNaN();
  });

  test("bridges missing values and does not count them", async () => {
    const result = await forecast(
      series((n) => ([5, 6, 7, 30, 51, 65].includes(n) ? Number.NaN : wave(n))),
      quick,
    );
    expect(result.held.of).toBe(11);
    for (const { mean } of result.forecast) expect(Number.isFinite(mean)).toBe(true);
    expect(result.metrics.model.mae).toBeLessThan(30);
  });

  test("never goes below 0 when the series does not", async () => {
    const { forecast: ahead } = await forecast(
      series((n) => (n % 3 === 0 ? 8 : 0)),
      { ...quick, season: 1 },
    );
    for (const { lower } of ahead) expect(lower).toBeGreaterThanOrEqual(0);
  });

  test.each([1e-200, 1e90])("works in units of %f", async (unit) => {
    const plain = await forecast(series(), quick);
    const scaled = await forecast(
      series((n) => unit * wave(n)),
      quick,
    );
    expect(scaled.metrics.model.mase).toBeCloseTo(plain.metrics.model.mase, 2);
    expect(scaled.metrics.model.rmse / unit).toBeCloseTo(plain.metrics.model.rmse, 1);
  });

  test("tells how far it is, in order", async () => {
    const events: ForecastEvent[] = [];
    await forecast(series(), { ...quick, onEvent: (event) => events.push(event) });
    expect(events[0]?.type).toBe("plan");
    const ends = events.filter((event) => event.type === "end");
    expect(ends.map(({ run }) => run)).toEqual(ends.map((_, index) => index + 1));
    expect(ends.at(-1)?.run).toBe(ends.at(-1)?.runs);
    const epochs = events.filter((event) => event.type === "epoch" && event.run === 1);
    expect(epochs.map((event) => event.type === "epoch" && event.epoch)).toEqual([1, 2]);
  });

  test("stops when it is told to, with the reason given", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onEvent = (event: ForecastEvent) => event.type === "batch" && controller.abort(reason);
    await expect(forecast(series(), { ...quick, signal: controller.signal, onEvent })).rejects.toBe(reason);
  });

  test.each([
    [{ horizons: 3 }, /got "horizons"/],
    [{ horizon: 0 }, /`horizon` to be an integer of at least 1, got 0/],
    [{ cell: "elman" }, /`cell` to be one of simpleRnn, lstm, gru, .*got "elman"/],
    [{ coverage: 1.5 }, /`coverage`/],
  ])("refuses %o", async (options, message) => {
    await expect(forecast(series(), options as ForecastOptions)).rejects.toThrow(message);
  });

  test("takes bare numbers, several layers and other cells", async () => {
    const numbers = Array.from({ length: 40 }, (_, n) => wave(n));
    const result = await forecast(numbers, { ...quick, cell: "gru", layers: 2, horizon: 3 });
    expect(result.forecast.map(({ time }) => time)).toEqual(["41", "42", "43"]);
  });
});
