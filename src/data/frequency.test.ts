import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, fromCivil, HOUR, MINUTE } from "./calendar.ts";
import { advance, type Frequency, gridPositions, inferFrequency, stepsBetween } from "./frequency.ts";

const start = fromCivil(2019, 1, 31) as number;
const run = (frequency: Frequency, count: number, from = start) =>
  Array.from({ length: count }, (_, n) => advance(from, n, frequency));

const frequencies: Frequency[] = [
  { unit: "month", step: 1, anchorDay: 31 },
  { unit: "month", step: 3, anchorDay: 31 },
  { unit: "month", step: 12, anchorDay: 31 },
  { unit: "workingDay", step: 1 },
  ...[5 * MINUTE, HOUR, DAY, 7 * DAY, 28 * DAY].map((step): Frequency => ({ unit: "milliseconds", step })),
];

describe("inferFrequency", () => {
  test.each(frequencies)("finds $unit x $step again, also with every seventh time missing", (frequency) => {
    const times = run(frequency, 40);
    expect(inferFrequency(times, "date")).toEqual({ frequency, coverage: 1, evenness: 1, shared: true });
    const holes = times.filter((_, n) => n % 7 !== 3);
    expect(inferFrequency(holes, "date").frequency).toEqual(frequency);
    expect(gridPositions(holes, frequency)).toEqual([...times.keys()].filter((n) => n % 7 !== 3));
  });

  test("working days on which a month usually ends are monthly", () => {
    const ends = [
      "2021-01-29",
      "2021-02-26",
      "2021-03-31",
      "2021-04-30",
      "2021-05-31",
      "2021-06-30",
      "2021-07-30",
      "2021-08-31",
    ];
    const times = ends.map((date) => Date.parse(date));
    expect(inferFrequency(times, "date")).toMatchObject({
      frequency: { unit: "month", step: 1, anchorDay: 31 },
      coverage: 1,
    });
  });

  test("times that scatter around the grid are placed on it", () => {
    const times = run({ unit: "milliseconds", step: 5 * MINUTE }, 100).map((time, n) => time + ((n * 37) % 23) * 1000);
    const { frequency, coverage, shared } = inferFrequency(times, "date");
    expect(shared).toBe(false);
    expect(frequency).toEqual({ unit: "milliseconds", step: 5 * MINUTE });
    expect(coverage).toBe(1);
    expect(gridPositions(times, frequency)).toEqual([...times.keys()]);
  });

  test("rounded decimal years do not drift off their grid", () => {
    const times = Array.from({ length: 2000 }, (_, n) => Number((1749 + (n + 0.5) / 12).toFixed(3)));
    const { frequency } = inferFrequency(times, "number");
    expect(frequency.step).toBeCloseTo(1 / 12, 5);
    expect(gridPositions(times, frequency).at(-1)).toBe(1999);
  });
});

test("advance and stepsBetween are inverse to each other", () => {
  fc.assert(
    fc.property(fc.constantFrom(...frequencies), fc.integer({ min: -500, max: 500 }), (frequency, steps) => {
      expect(stepsBetween(start, advance(start, steps, frequency), frequency)).toBe(steps);
    }),
  );
});
