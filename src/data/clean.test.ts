import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanSeries } from "./clean.ts";
import { nextTimes, timeLabel } from "./series.ts";

const table = (columns: string, ...rows: string[]) => ({
  columns: columns.split("|"),
  rows: rows.map((row) => row.split("|")),
});
const labels = (series: ReturnType<typeof cleanSeries>) => series.times.map((time) => timeLabel(series, time));
const daily = ["2021-01-01|1", "2021-01-02|2", "2021-01-03|3", "2021-01-04|4"];

describe("cleanSeries", () => {
  test("keeps a clean series as it is", () => {
    const series = cleanSeries(table("day|y", ...daily), { target: "y" });
    expect([...series.values]).toEqual([1, 2, 3, 4]);
    expect(series.notes).toEqual([]);
    expect(nextTimes(series, 2).map((time) => timeLabel(series, time))).toEqual(["2021-01-05", "2021-01-06"]);
  });

  test("the order of the rows does not matter", () => {
    const ordered = cleanSeries(table("day|y", ...daily), { target: "y" });
    fc.assert(
      fc.property(fc.shuffledSubarray(daily, { minLength: 4 }), (rows) => {
        const series = cleanSeries(table("day|y", ...rows), { target: "y" });
        expect([...series.values]).toEqual([...ordered.values]);
        expect(series.times).toEqual(ordered.times);
      }),
    );
  });

  test("equal times become their mean, gaps become missing values, and notes say so", () => {
    const rows = ["2021-01-01|1", "2021-01-02|2", "2021-01-02|4", "2021-01-04|4", "2021-01-05|", "2021-01-06|6"];
    const series = cleanSeries(table("day|y", ...rows), { target: "y" });
    expect([...series.values]).toEqual([1, 3, Number.NaN, 4, Number.NaN, 6]);
    expect(labels(series)[2]).toBe("2021-01-03");
    expect(series.notes.join(" ")).toMatch(/1 empty cell .*first 2021-01-02.*mean.*1 step has no row.*2021-01-03/);
  });

  test("missing values at the ends are cut off", () => {
    const series = cleanSeries(table("day|y", "2020-12-31|NA", ...daily, "2021-01-05|", "2021-01-06|"), {
      target: "y",
    });
    expect([...series.values]).toEqual([1, 2, 3, 4]);
    expect(labels(series)[0]).toBe("2021-01-01");
  });

  test("a total below the table and a stray date are left out", () => {
    const many = Array.from({ length: 60 }, (_, n) => `${new Date(n * 86_400_000).toISOString().slice(0, 10)}|${n}`);
    const series = cleanSeries(table("day|y", ...many, "Total|1770", "2999-01-01|5"), { target: "y" });
    expect(series.values.length).toBe(60);
    expect(series.notes.join(" ")).toMatch(/"Total".*2999-01-01/);
  });

  test("working days have no gaps at weekends", () => {
    const days = Array.from({ length: 40 }, (_, n) => new Date(Date.UTC(2024, 0, 1 + n)));
    const rows = days
      .filter((day) => day.getUTCDay() % 6 !== 0)
      .map((day, n) => `${day.toISOString().slice(0, 10)}|${n}`);
    const series = cleanSeries(table("date|price", ...rows), { target: "price" });
    expect(series.frequency.unit).toBe("workingDay");
    expect(series.values.some(Number.isNaN)).toBe(false);
  });

  test("irregular times count as equally spaced", () => {
    const rows = [1, 2, 4, 9, 17, 40, 41, 80, 150].map((n) => `${new Date(n * 3_600_000).toISOString()}|${n}`);
    const series = cleanSeries(table("time|y", ...rows), { target: "y" });
    expect([...series.values]).toEqual([1, 2, 4, 9, 17, 40, 41, 80, 150]);
    expect(series.notes.join()).toMatch(/irregular/);
  });

  test("without a column of times the rows are the steps", () => {
    const series = cleanSeries(table("colour|y", "red|5", "blue|6"), { target: "y" });
    expect(labels(series)).toEqual(["1", "2"]);
    expect(series.notes.join()).toMatch(/order of the file/);
  });

  test("finds the column of times wherever it is, and prefers one that is named so", () => {
    const series = cleanSeries(table("y|born|date", "1|1990-05-05|2021-01-01", "2|1985-01-01|2021-01-02"), {
      target: "y",
    });
    expect(labels(series)).toEqual(["2021-01-01", "2021-01-02"]);
    const index = cleanSeries(table("|y|z", "10|5|1", "11|6|1", "12|6|1"), { target: "y" });
    expect(labels(index)).toEqual(["10", "11", "12"]);
  });

  test("a column of months alone is no time, and neither are years that repeat", () => {
    const rows = Array.from({ length: 48 }, (_, n) => `${2018 + Math.floor(n / 12)}|${(n % 12) + 1}|${n}`);
    const series = cleanSeries(table("year|month|y", ...rows), { target: "y" });
    expect([...series.values]).toEqual(rows.map((_, n) => n));
  });

  test("column names match without regard to case and spaces, but not when that is ambiguous", () => {
    expect(cleanSeries(table("day| Sales ", ...daily), { target: "sales" }).name).toBe("Sales");
    expect(() => cleanSeries(table("a|A", "1|2"), { target: " x" })).toThrow(/got " x": choose one of "a", "A"/);
    expect(() => cleanSeries(table("y|y", "1|2"), { target: "y" })).toThrow(/got 2 \(columns 1 and 2\)/);
  });

  test.each([
    [table("day|y"), { target: "y" }, /Expected rows below the header, got none/],
    [table("day|y", ...daily), { target: "y", time: "y" }, /two columns, got "y" for both/],
    [table("day|y", ...daily), { target: "y", time: "hour" }, /time column to name a column of the file, got "hour"/],
    [table("day|y", "x|1", "z|2"), { target: "y", time: "day" }, /to hold dates.*got "x" and the like/],
    [table("day|y", "2021-01-01|1", "2021-01-01|2"), { target: "y" }, /at least 2 different times, got 1 in 2 rows/],
    [
      table("day|y", "2021-01-01|rain", "2021-01-02|sun"),
      { target: "y" },
      /hold numbers, got "rain" and the like in 2 of 2/,
    ],
    [table("day|y", "2021-01-01|", "2021-01-02|NA"), { target: "y" }, /got only empty cells/],
    [table("day|y", "2021-01-01|inf", "2021-01-02|-inf"), { target: "y" }, /got only infinite/],
  ])("refuses with one sentence (%#)", (bad, options, message) => {
    expect(() => cleanSeries(bad, options)).toThrow(message);
  });

  test("any table of text either becomes a series or is refused with one sentence", () => {
    const cell = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.double().map(String),
      fc.date().map((day) => (Number.isNaN(day.getTime()) ? "" : day.toISOString())),
      fc.constantFrom("", "NA", "1,5", "01/02/2021", "1e400", "2021-02-30"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 40 }), (rows) => {
        try {
          const series = cleanSeries({ columns: ["a", "b"], rows }, { target: "b" });
          expect(series.times.length).toBe(series.values.length);
          expect(series.values.length).toBeGreaterThan(0);
          for (const end of [series.values.at(0), series.values.at(-1)]) expect(end).not.toBeNaN();
          for (const [n, time] of series.times.entries())
            if (n > 0) expect(time).toBeGreaterThan(series.times[n - 1] as number);
        } catch (error) {
          if (!(error instanceof Error) || !/^(Option|Format)Error$/.test(error.name)) throw error;
          expect(error.message).toMatch(/^Expected .*, got .*\.$/s);
        }
      }),
      { numRuns: 500 },
    );
  });
});
