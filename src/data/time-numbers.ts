import { fromCivil, HOUR, MINUTE } from "./calendar.ts";
import { readNumber } from "./number-cells.ts";
import type { Precision } from "./time-cells.ts";
import type { TimeColumn } from "./time-style.ts";

/** Smallest and largest magnitude that is read as a count since 1970, and the unit's length in milliseconds. */
const EPOCHS = [
  { from: 1e8, to: 1e11, milliseconds: 1000, name: "seconds" },
  { from: 1e11, to: 1e14, milliseconds: 1, name: "milliseconds" },
  { from: 1e14, to: 1e17, milliseconds: 1e-3, name: "microseconds" },
  { from: 1e17, to: 1e20, milliseconds: 1e-6, name: "nanoseconds" },
];

/** Dates written without separators: the digits after the year, and how finely they are written. */
const PACKED: { digits: number; precision: Precision }[] = [
  { digits: 4, precision: "year" },
  { digits: 6, precision: "month" },
  { digits: 8, precision: "day" },
  { digits: 10, precision: "minute" },
  { digits: 12, precision: "minute" },
  { digits: 14, precision: "second" },
];

/**
 * Reads a column of numbers as times: packed dates (`20210331`, `202103`, `2021`), counts since 1970 in seconds,
 * milliseconds, microseconds or nanoseconds, or else plain numbers such as an index.
 */
export function readNumericTimes(cells: readonly string[]): TimeColumn {
  const values = cells.map((cell) => {
    const read = readNumber(cell);
    return read.kind === "number" ? read.value : Number.NaN;
  });
  const known = values.filter((value) => !Number.isNaN(value));
  const whole = known.every(Number.isInteger);
  for (const { digits, precision } of whole ? PACKED : []) {
    const times = values.map((value) => readPacked(value, digits));
    if (times.filter(Number.isFinite).length < 0.9 * known.length) continue;
    return { times, style: { kind: "date", precision, separator: " ", zone: "" }, notes: [] };
  }
  const typical = [...known].sort((a, b) => a - b)[known.length >> 1] ?? 0;
  const epoch = EPOCHS.find(({ from, to }) => typical >= from && typical < to);
  if (epoch) {
    const times = values.map((value) => value * epoch.milliseconds);
    const notes = [`Numeric times were read as ${epoch.name} since 1970-01-01 (UTC).`];
    return { times, style: { kind: "epoch", milliseconds: epoch.milliseconds }, notes };
  }
  const decimals = [6, 5, 4, 3, 2, 1].find((count) => cells.some((cell) => decimalsOf(cell) >= count)) ?? 0;
  return { times: values, style: { kind: "number", decimals }, notes: [] };
}

function decimalsOf(cell: string): number {
  return /\.(\d+)$/.exec(cell.trim())?.[1]?.length ?? 0;
}

/** The time of a date written as one number of `digits` digits, years 1500 to 2200; NaN when it is none. */
function readPacked(value: number, digits: number): number {
  const text = String(value);
  if (text.length !== digits) return Number.NaN;
  const field = (from: number, fallback: number) => (digits > from ? Number(text.slice(from, from + 2)) : fallback);
  const year = Number(text.slice(0, 4));
  if (year < 1500 || year > 2200) return Number.NaN;
  const [hour, minute, second] = [field(8, 0), field(10, 0), field(12, 0)];
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  return fromCivil(year, field(4, 1), field(6, 1), hour * HOUR + minute * MINUTE + second * 1000) ?? Number.NaN;
}
