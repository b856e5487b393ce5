import { describe, expect, test } from "vitest";
import { cleanSeries, nextTimes, timeLabel } from "../data/index.ts";
import { parseCsv } from "./csv.ts";

/** 60 months of values with quarters, so that every spelling can write them exactly. */
const months = Array.from({ length: 60 }, (_, n) => ({
  year: 2018 + Math.floor(n / 12),
  month: (n % 12) + 1,
  value: Math.round((1000 + 10 * n + 200 * Math.sin((Math.PI * n) / 6) + 30 * Math.sin(n * n)) * 4) / 4,
}));
type Month = (typeof months)[number];

const two = (n: number) => String(n).padStart(2, "0");
const spelt = (header: string, cells: (month: Month, index: number) => string) =>
  [header, ...months.map(cells)].join("\n");
const plain = spelt("date,y", (m) => `${m.year}-${two(m.month)},${m.value}`);

const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const lastDay = ({ year, month }: Month) => new Date(Date.UTC(year, month, 0)).getUTCDate();
const quarterHour = (n: number) => 1_600_000_000 + 900 * n;
function grouped(value: number, group: string, decimal: string): string {
  const [whole = "", cents = ""] = value.toFixed(2).split(".");
  return `${whole.replace(/(\d)(?=(\d{3})+$)/g, `$1${group}`)}${decimal}${cents}`;
}

/** The series of a text, and the label of the step after it. */
function read(text: string, target: string, time?: string) {
  const series = cleanSeries(parseCsv(text, target), { target, ...(time !== undefined && { time }) });
  const [next = Number.NaN] = nextTimes(series, 1);
  return { values: [...series.values], next: timeLabel(series, next), notes: series.notes };
}

describe("one series, however it is spelt, is the same series", () => {
  test.each<[string, string, string, string]>([
    ["plainly", plain, "y", "2023-01"],
    ["with a byte order mark and CRLF", `\ufeff${plain.replaceAll("\n", "\r\n")}\r\n`, "y", "2023-01"],
    ["with lone carriage returns", plain.replaceAll("\n", "\r"), "y", "2023-01"],
    ["with tabs", plain.replaceAll(",", "\t"), "y", "2023-01"],
    ["in quotes", plain.replace(/[^,\n]+/g, '"$&"'), "y", "2023-01"],
    [
      "with semicolons, decimal commas, points between thousands, days first",
      spelt("Tag;Wert", (m) => `01.${two(m.month)}.${m.year};${grouped(m.value, ".", ",")}`),
      "Wert",
      "2023-01-01",
    ],
    [
      "with commas between thousands in quotes, months first",
      spelt("date,y", (m) => `${m.month}/1/${m.year},"${grouped(m.value, ",", ".")}"`),
      "y",
      "2023-01-01",
    ],
    [
      "with spaces between thousands",
      spelt("date;y", (m) => `${m.year}-${two(m.month)};${grouped(m.value, "\u00a0", ",")}`),
      "y",
      "2023-01",
    ],
    ["in dollars", spelt("date;y", (m) => `${m.year}-${two(m.month)};$${grouped(m.value, ",", ".")}`), "y", "2023-01"],
    ["with names of months", spelt("date,y", (m) => `${names[m.month - 1]} ${m.year},${m.value}`), "y", "2023-01"],
    ["with short years", spelt("date,y", (m) => `${names[m.month - 1]}-${m.year % 100},${m.value}`), "y", "2023-01"],
    [
      "on the last days of months",
      spelt("date,y", (m) => `${m.year}-${two(m.month)}-${lastDay(m)},${m.value}`),
      "y",
      "2023-01-31",
    ],
    ["with packed months", spelt("date,y", (m) => `${m.year}${two(m.month)},${m.value}`), "y", "2023-01"],
    ["with packed days", spelt("date,y", (m) => `${m.year}${two(m.month)}15,${m.value}`), "y", "2023-01-15"],
    [
      "at midnight in Berlin",
      spelt("date,y", (m) => `${m.year}-${two(m.month)}-01T00:00:00+01:00,${m.value}`),
      "y",
      "2023-01-01T00:00:00+01:00",
    ],
    [
      "beside other columns",
      spelt("date,name,y,", (m) => `${m.year}-${two(m.month)},"a, b",${m.value},`),
      "y",
      "2023-01",
    ],
    ["without a header", plain.slice(plain.indexOf("\n") + 1), "2", "2023-01"],
    ["from last to first", ["date,y", ...plain.split("\n").slice(1).reverse()].join("\n"), "y", "2023-01"],
    ["with rows said twice", [plain, ...plain.split("\n").slice(5, 20)].join("\n"), "y", "2023-01"],
    ["with empty rows to be forecast", `${plain}\n2023-01,\n2023-02,NA\n`, "y", "2023-01"],
    ["with blank lines and a total", `${plain}\n\n\nTotal,999999999\n`, "y", "2023-01"],
    ["with a comment above", `# exported by hand\n${plain}`, "y", "2023-01"],
    ["with a slip in a year", `${plain}\n1899-12,3`, "y", "2023-01"],
    ["without times", spelt("y", (m) => `${m.value}`), "y", "61"],
    ["with decimal commas in one column", spelt("y", (m) => `${m.value}`.replace(".", ",")), "y", "61"],
    ["with row numbers", spelt(",y", (m, n) => `${n},${m.value}`), "y", "60"],
    ["by years", spelt("year,y", (m, n) => `${1900 + n},${m.value}`), "y", "1960"],
    ["by milliseconds since 1970", spelt("time,y", (m, n) => `${quarterHour(n)}000,${m.value}`), "y", "1600054000000"],
    ["by years with decimals", spelt("time,y", (m, n) => `${(1950 + n / 12).toFixed(3)},${m.value}`), "y", "1955.000"],
  ])("%s", (_, text, target, next) => {
    const series = read(text, target);
    expect(series.values).toEqual(months.map(({ value }) => value));
    expect(series.next).toBe(next);
  });

  test("by seconds since 1970 in a column that has to be named", () => {
    const series = read(
      spelt("when,y", (m, n) => `${quarterHour((n * 7) % 60)},${m.value}`),
      "y",
      "when",
    );
    expect(series.values).toHaveLength(60);
    expect(series.next).toBe("1600054000");
  });
});

test("everything that was done to a dirty file is said", () => {
  const [header = "", ...rows] = plain.split("\n");
  const month = (row: number) => rows[row]?.split(",")[0] ?? "";
  const dirty = [
    ...rows.slice(30),
    ...rows.slice(0, 8),
    `${month(8)},`,
    `${month(9)},oops`,
    `${month(10)},-inf`,
    ...rows.slice(12, 30),
    `${month(40)},1`,
  ];
  const { values, notes } = read([header, ...dirty].join("\n"), "y");
  expect(values).toHaveLength(60);
  expect([...values.keys()].filter((n) => Number.isNaN(values[n]))).toEqual([8, 9, 10, 11]);
  expect(values[40]).toBe(((months[40]?.value ?? 0) + 1) / 2);
  const said = notes.join(" ");
  for (const what of [
    "out of order",
    "repeats a time",
    "1 empty cell",
    "1 non-numeric",
    '"oops"',
    "infinite",
    "1 step has no row",
  ]) {
    expect(said).toContain(what);
  }
});
