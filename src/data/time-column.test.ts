import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY } from "./calendar.ts";
import { readTime } from "./time-cells.ts";
import { readTimeColumn } from "./time-column.ts";
import { formatTime } from "./time-style.ts";

const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString().slice(0, 19));
/** The column as its own style writes it. */
const rewritten = (cells: string[]) => {
  const column = readTimeColumn(cells);
  return column?.times.map((time) => (Number.isNaN(time) ? "?" : formatTime(time, column.style)));
};

describe("readTime", () => {
  test.each([
    ["2021-03-31", "2021-03-31T00:00:00"],
    ["2021/3/1", "2021-03-01T00:00:00"],
    ["2021.03.01", "2021-03-01T00:00:00"],
    ["20210331", "2021-03-31T00:00:00"],
    ["2021-03-31T18:05", "2021-03-31T18:05:00"],
    ["2021-03-31 18:05:09.250", "2021-03-31T18:05:09"],
    ["20210331T180509Z", "2021-03-31T18:05:09"],
    ["2021-03-31 6:05 pm", "2021-03-31T18:05:00"],
    ["2021-03-31 12:05 AM", "2021-03-31T00:05:00"],
    ["2021-03-31 24:00", "2021-04-01T00:00:00"],
    ["2021-03-31T18:05:00+02:00", "2021-03-31T18:05:00"],
    ["2021-03-31T18:05:00+02:00[Europe/Berlin]", "2021-03-31T18:05:00"],
    ["2021-03-31 18:05:00 CET", "2021-03-31T18:05:00"],
    ["2021-03", "2021-03-01T00:00:00"],
    ["03/2021", "2021-03-01T00:00:00"],
    ["2021 Q3", "2021-07-01T00:00:00"],
    ["Q3/2021", "2021-07-01T00:00:00"],
    ["2021-W07", "2021-02-15T00:00:00"],
    ["31 Mar 2021", "2021-03-31T00:00:00"],
    ["31-Mar-21", "2021-03-31T00:00:00"],
    ["Mar 31, 2021", "2021-03-31T00:00:00"],
    ["March 31st 2021", "2021-03-31T00:00:00"],
    ["Wed, 31 Mar 2021 18:05:00 GMT", "2021-03-31T18:05:00"],
    ["Jan-49", "1949-01-01T00:00:00"],
    ["2021-02-29", undefined],
    ["2021-03-31 25:00", undefined],
    ["2021-03-31 13:00 pm", undefined],
    ["Market 12", undefined],
    ["12:30", undefined],
    ["Total", undefined],
    ["1.2.3.4", undefined],
  ])("%j is %j", (cell, expected) => expect(iso(readTime(cell, "dayFirst")?.time)).toBe(expected));

  test("the order decides what 03/04/2021 is", () => {
    expect(iso(readTime("03/04/2021", "dayFirst")?.time)).toBe("2021-04-03T00:00:00");
    expect(iso(readTime("03/04/2021", "monthFirst")?.time)).toBe("2021-03-04T00:00:00");
  });

  test("reads back every ISO time", () => {
    const date = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(fc.property(date, (when) => readTime(when.toISOString(), "dayFirst")?.time === when.getTime()));
  });

  test("refuses long garbage quickly", () => {
    expect(readTime(`${" ".repeat(1e6)}1:1`, "dayFirst")).toBeUndefined();
    expect(readTime(`2021${"-".repeat(1e6)}`, "dayFirst")).toBeUndefined();
  });
});

describe("readTimeColumn", () => {
  test("a number above 12 decides between day and month", () => {
    expect(rewritten(["01/02/2021", "13/02/2021"])).toEqual(["2021-02-01", "2021-02-13"]);
    expect(rewritten(["01/02/2021", "02/13/2021"])).toEqual(["2021-01-02", "2021-02-13"]);
  });

  test("otherwise the order that makes an even series decides, and a note says so", () => {
    const months = Array.from(
      { length: 24 },
      (_, n) => `01/${String((n % 12) + 1).padStart(2, "0")}/${2020 + Math.floor(n / 12)}`,
    );
    expect(rewritten(months)?.slice(0, 3)).toEqual(["2020-01-01", "2020-02-01", "2020-03-01"]);
    const american = months.map((cell) => cell.replace(/^01\/(\d\d)/, "$1/01"));
    expect(rewritten(american)?.slice(0, 3)).toEqual(["2020-01-01", "2020-02-01", "2020-03-01"]);
    expect(readTimeColumn(american)?.notes.join()).toMatch(/month first/);
  });

  test("months stay months, quarters quarters, years years", () => {
    expect(rewritten(["1949-01", "1949-02"])).toEqual(["1949-01", "1949-02"]);
    expect(rewritten(["Jan 2020", "Feb 2020"])).toEqual(["2020-01", "2020-02"]);
    expect(rewritten(["2020Q4", "2021Q1"])).toEqual(["2020-Q4", "2021-Q1"]);
    expect(rewritten(["1880", "1881"])).toEqual(["1880", "1881"]);
    expect(rewritten(["202011", "202012", "202101"])).toEqual(["2020-11", "2020-12", "2021-01"]);
  });

  test("counts since 1970 are told apart by their size and written back in their unit", () => {
    const seconds = ["1600000000", "1600003600"];
    for (const zeros of ["", "000", "000000"]) {
      const cells = seconds.map((cell) => cell + zeros);
      expect(iso(readTimeColumn(cells)?.times[0])).toBe("2020-09-13T12:26:40");
      expect(rewritten(cells)).toEqual(cells);
    }
  });

  test("plain numbers stay numbers with their decimals", () => {
    expect(rewritten(["1", "2", "3"])).toEqual(["1", "2", "3"]);
    expect(rewritten(["1749.042", "1749.123"])).toEqual(["1749.042", "1749.123"]);
  });

  test("one offset is kept", () => {
    expect(rewritten(["2021-01-01T00:00+01:00", "2021-01-01T01:00+01:00"])).toEqual([
      "2021-01-01T00:00+01:00",
      "2021-01-01T01:00+01:00",
    ]);
  });

  test("across daylight saving time, hourly readings become UTC and daily readings keep the local clock", () => {
    const hourly = ["00:00:00+01:00", "01:00:00+01:00", "03:00:00+02:00", "04:00:00+02:00"].map(
      (t) => `2021-03-28T${t}`,
    );
    expect(rewritten(hourly)).toEqual(
      ["2021-03-27T23", "2021-03-28T00", "2021-03-28T01", "2021-03-28T02"].map((t) => `${t}:00:00Z`),
    );
    const daily = ["26T00:00+01:00", "27T00:00+01:00", "28T00:00+01:00", "29T00:00+02:00", "30T00:00+02:00"];
    expect(rewritten(daily.map((t) => `2021-03-${t}`))?.[3]).toBe("2021-03-29T00:00");
  });

  test("a few unreadable cells are left to the caller, many make it no time column", () => {
    const dates = Array.from({ length: 19 }, (_, n) =>
      formatTime(n * DAY, { kind: "date", precision: "day", separator: " ", zone: "" }),
    );
    expect(readTimeColumn([...dates, "Total"])).toMatchObject({ unreadable: "Total" });
    expect(readTimeColumn(["a", "b", "2021-01-01"])).toBeUndefined();
    expect(readTimeColumn(["", ""])).toBeUndefined();
  });
});
