import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Frequency, type Series, seriesOf } from "../data/index.ts";
import { planForecast } from "./plan.ts";
import { originsBefore } from "./work.ts";

const monthly: Frequency = { unit: "month", step: 1, anchorDay: 1 };
const of = (length: number, frequency: Frequency = monthly): Series => ({
  ...seriesOf(Array.from({ length }, (_, n) => n + Math.sin((Math.PI * n) / 6))),
  frequency,
});

describe("planForecast", () => {
  test("of the usual 144 months: the last 12 are held out, two seasons are the window", () => {
    const plan = planForecast(of(144), {});
    expect(plan).toMatchObject({ horizon: 12, season: 12, learntSeason: 12, window: 24, origins: 1, cycles: [12] });
    expect(plan.parts).toEqual({ training: 108, development: 132 });
  });

  test("takes what it is given", () => {
    expect(planForecast(of(144), { horizon: 6, season: 4, window: 10 })).toMatchObject({
      ...{ horizon: 6, season: 4, window: 10, origins: 2 },
    });
  });

  test("long series are back-tested several times, on a tenth of their length", () => {
    const plan = planForecast(of(5000, { unit: "milliseconds", step: 3_600_000 }), {});
    expect(plan.horizon).toBe(24);
    expect(plan.origins).toBe(10);
  });

  test("any series it accepts leaves training windows, and parts that do not overlap", () => {
    const option = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined });
    const frequency = fc.constantFrom<Frequency>(
      monthly,
      { unit: "milliseconds", step: 86_400_000 },
      { unit: "number", step: 1 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        frequency,
        option(100),
        option(100),
        (length, unit, horizon, season) => {
          const series = of(length, unit);
          const given = { ...(horizon && { horizon }), ...(season && { season }) };
          let plan: ReturnType<typeof planForecast>;
          try {
            plan = planForecast(series, given);
          } catch (error) {
            expect((error as Error).message).toMatch(/^Expected .*, got \d+: .*\.$/);
            return;
          }
          const { training, development } = plan.parts;
          const measured = new Uint8Array(length).fill(1);
          const filled = { values: series.values, measured };
          expect(originsBefore(filled, plan, training).length).toBeGreaterThan(2);
          expect(development - training).toBeGreaterThanOrEqual(plan.horizon);
          expect(development + plan.origins * plan.horizon).toBe(length);
          expect(plan.window).toBeGreaterThanOrEqual(2);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each([
    [9, {}, "Expected at least 13 values to train, validate and test on, got 9: use a longer series."],
    [60, { horizon: 30 }, /Expected a horizon of at most 16 for a series of this length, got 30/],
    [60, { season: 31 }, /Expected a season of at most 30/],
    [60, { window: 50 }, /Expected a window of at most/],
  ])("refuses what is too long for %i steps (%o)", (length, options, message) => {
    expect(() => planForecast(of(length), options)).toThrow(message);
  });
});
