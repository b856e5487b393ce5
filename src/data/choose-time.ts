import { explain, FormatError, show } from "../errors.ts";
import { inferFrequency } from "./frequency.ts";
import { isMissingCell } from "./number-cells.ts";
import { cellsOf, type Table } from "./table.ts";
import { dayAndMonth } from "./time-cells.ts";
import { readTimeColumn } from "./time-column.ts";
import type { TimeColumn } from "./time-style.ts";

const TIME_NAME = /^(ds|t|year|month|day|week|quarter|period|index|.*(date|time|epoch).*)$/i;

/**
 * The times of a table: of the column `timeIndex`, or, without one, of the best candidate. Candidates are columns that
 * read as dates, and columns of numbers that are named like times or, in the first column, count up evenly. Among
 * several, a time-like name wins, then the leftmost.
 *
 * @returns undefined when no column was asked for and none reads as times.
 */
export function chooseTimeColumn(
  table: Table,
  targetIndex: number,
  timeIndex: number | undefined,
): TimeColumn | undefined {
  if (timeIndex !== undefined) return requireTimes(table, timeIndex);
  const candidates: { column: TimeColumn; named: boolean }[] = [];
  for (const [index, name] of table.columns.entries()) {
    if (index === targetIndex) continue;
    const column = readTimeColumn(cellsOf(table, index));
    if (column === undefined) continue;
    const named = TIME_NAME.test(name.trim());
    const plain = column.style.kind === "number" || column.style.kind === "epoch" || column.style.precision === "year";
    if (plain && !named && !(index === 0 && countsUp(column.times))) continue;
    if (plain && !isOrdered(column.times)) continue;
    candidates.push({ column, named });
  }
  return (candidates.find(({ named }) => named) ?? candidates[0])?.column;
}

function requireTimes(table: Table, index: number): TimeColumn {
  const cells = cellsOf(table, index);
  const column = readTimeColumn(cells);
  if (column !== undefined) return column;
  const example = cells.find(
    (cell) => !isMissingCell(cell) && Number.isNaN(readTimeColumn([cell])?.times[0] ?? Number.NaN),
  );
  throw new FormatError(
    explain({
      expected: `the column ${show((table.columns[index] ?? "").trim())} to hold dates, times or numbers in order`,
      got: example === undefined ? oddOrders(cells) : `${show(example.trim())} and the like`,
      remedy: "write times like 2021-03-31 or 2021-03-31 18:00, or choose another time column",
    }),
  );
}

/** What to say when every cell is readable by itself, but not all of them in the same way. */
function oddOrders(cells: readonly string[]): string {
  const [day, month] = [0, 1].map((place) => cells.find((cell) => (dayAndMonth(cell)?.[place] ?? 0) > 12));
  if (day === undefined || month === undefined) return "only empty cells";
  return `${show(day.trim())} beside ${show(month.trim())}, in which the day and the month change places`;
}

/** True when most rows are one even step after the row before. */
function countsUp(times: readonly number[]): boolean {
  const distinct = [...new Set(times.filter(Number.isFinite))].sort((a, b) => a - b);
  return (
    distinct.length >= 0.9 * times.length && distinct.length > 1 && inferFrequency(distinct, "number").coverage > 0.9
  );
}

/** True when rows mostly differ and go the same way; a column of months (1 … 12, 1 … 12, …) does neither. */
function isOrdered(times: readonly number[]): boolean {
  const steps = times.slice(1).map((time, row) => time - (times[row] as number));
  const up = steps.filter((step) => step > 0).length;
  const down = steps.filter((step) => step < 0).length;
  return new Set(times).size > 0.5 * times.length && Math.max(up, down) >= 0.9 * (up + down);
}
