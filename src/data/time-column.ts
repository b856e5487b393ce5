import { HOUR, MINUTE } from "./calendar.ts";
import { inferFrequency } from "./frequency.ts";
import { isMissingCell, readNumber } from "./number-cells.ts";
import { type DayMonthOrder, dayAndMonth, type Precision, readTime, type TimeCell } from "./time-cells.ts";
import { readNumericTimes } from "./time-numbers.ts";
import type { TimeColumn } from "./time-style.ts";

/** Share of the filled cells of a column that must be readable as times for it to be a time column. */
const READABLE = 0.9;
const PRECISIONS: readonly Precision[] = ["year", "quarter", "month", "day", "minute", "second", "millisecond"];

/** Reads a column as times, or returns undefined when it does not hold times. */
export function readTimeColumn(cells: readonly string[]): TimeColumn | undefined {
  const filled = cells.filter((cell) => !isMissingCell(cell));
  if (filled.length === 0) return undefined;
  const numeric = filled.filter((cell) => readNumber(cell).kind === "number").length;
  const column = numeric >= READABLE * filled.length ? readNumericTimes(cells) : readWrittenTimes(cells);
  if (column === undefined) return undefined;
  const readable = column.times.filter((time) => !Number.isNaN(time)).length;
  if (readable < READABLE * filled.length) return undefined;
  const unreadable = cells.find((cell, row) => Number.isNaN(column.times[row]) && !isMissingCell(cell));
  return unreadable === undefined ? column : { ...column, unreadable };
}

function readWrittenTimes(cells: readonly string[]): TimeColumn {
  const notes: string[] = [];
  const order = findDayMonthOrder(cells, notes);
  const read = cells.map((cell) => readTime(cell, order));
  const precision = PRECISIONS.findLast((finest) => read.some((cell) => cell?.precision === finest)) ?? "day";
  const separator = cells.some((cell) => /\dT\d/.test(cell)) ? "T" : " ";
  const { times, zone } = applyOffsets(read, notes);
  return { times, style: { kind: "date", precision, separator, zone }, notes };
}

/**
 * Day before month or month before day. A number above 12 decides; otherwise the order that makes the more even series;
 * otherwise the order in which the rows ascend.
 */
function findDayMonthOrder(cells: readonly string[], notes: string[]): DayMonthOrder {
  const pairs = cells.map(dayAndMonth).filter((pair) => pair !== undefined);
  const dayFirst = pairs.filter(([first, second]) => first > 12 && second <= 12).length;
  const monthFirst = pairs.filter(([first, second]) => second > 12 && first <= 12).length;
  if (dayFirst !== monthFirst) return dayFirst > monthFirst ? "dayFirst" : "monthFirst";
  if (pairs.length === 0) return "dayFirst";
  const orders: DayMonthOrder[] = ["monthFirst", "dayFirst"];
  const [month = 0, day = 0] = orders.map((order) => {
    const times = cells.map((cell) => readTime(cell, order)?.time ?? Number.NaN).filter((time) => !Number.isNaN(time));
    const ascending = times.filter((time, row) => row > 0 && time > (times[row - 1] as number)).length;
    return evenness(times) + 0.001 * (ascending / times.length);
  });
  const order = day > month ? "dayFirst" : "monthFirst";
  const example = cells.find((cell) => dayAndMonth(cell) !== undefined)?.trim();
  notes.push(
    `Dates like ${example} were read with the ${order === "dayFirst" ? "day" : "month"} first, ` +
      `${day === month ? "which nothing in the file decides" : "which gives the more even series"}.`,
  );
  return order;
}

/**
 * One offset for all rows is kept as it is. When it changes (daylight saving time), either the instants or the wall clock
 * are evenly spaced: hourly readings keep the instants, daily readings keep the wall clock.
 */
function applyOffsets(read: readonly (TimeCell | undefined)[], notes: string[]): { times: number[]; zone: string } {
  const wallClock = read.map((cell) => cell?.time ?? Number.NaN);
  const offsets = new Set(read.filter((cell) => cell !== undefined).map((cell) => cell.offset));
  if (offsets.size === 1) {
    const [offset] = offsets;
    return { times: wallClock, zone: offset === undefined ? "" : writeOffset(offset) };
  }
  const instants = read.map((cell) => (cell ? cell.time - (cell.offset ?? 0) * MINUTE : Number.NaN));
  if (evenness(instants.filter(Number.isFinite)) >= evenness(wallClock.filter(Number.isFinite))) {
    notes.push("Times with different UTC offsets were converted to UTC.");
    return { times: instants, zone: "Z" };
  }
  notes.push("Times with different UTC offsets were read by their local clock, by which they are evenly spaced.");
  return { times: wallClock, zone: "" };
}

function writeOffset(minutes: number): string {
  if (minutes === 0) return "Z";
  const size = Math.abs(minutes);
  const hours = String(Math.floor((size * MINUTE) / HOUR)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${hours}:${String(size % 60).padStart(2, "0")}`;
}

function evenness(times: readonly number[]): number {
  const distinct = [...new Set(times)].sort((a, b) => a - b);
  if (distinct.length < 2) return 0;
  return (inferFrequency(distinct, "date").evenness * distinct.length) / times.length;
}
