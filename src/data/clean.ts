import { explain, FormatError, OptionError, show } from "../errors.ts";
import { chooseTimeColumn } from "./choose-time.ts";
import { onGrid, type TimedValue } from "./grid.ts";
import { readNumberColumn } from "./number-column.ts";
import { type Series, seriesOf } from "./series.ts";
import { cellsOf, findColumn, type Table } from "./table.ts";
import { formatTime, type TimeColumn } from "./time-style.ts";

export interface CleanOptions {
  /** The column to forecast. */
  target: string;
  /** The column of times. @default the first column that reads as times, or else the order of the rows */
  time?: string;
}

/**
 * Turns a table of text into a regular series: reads numbers and times, sorts the rows, merges rows of the same time into
 * their mean, finds the step, and gives every step without a row a missing value. What was done is in the series' notes.
 *
 * @throws OptionError for unknown columns. @throws FormatError for columns that do not hold what they should.
 */
export function cleanSeries(table: Table, { target, time }: CleanOptions): Series {
  const targetIndex = findColumn(table, target, "the target");
  const name = table.columns[targetIndex]?.trim() || `column ${targetIndex + 1}`;
  if (table.rows.length === 0) {
    throw new FormatError(explain({ expected: "rows below the header", got: "none", remedy: "add the data" }));
  }
  const timeIndex = time === undefined ? undefined : findColumn(table, time, "the time column");
  if (timeIndex === targetIndex) {
    const expected = "the target and the time to be two columns";
    throw new OptionError(
      explain({ expected, got: `${show(name)} for both`, remedy: "choose another one for either" }),
    );
  }
  const { values, notes } = readNumberColumn(name, cellsOf(table, targetIndex), table.delimiter);
  const column = chooseTimeColumn(table, targetIndex, timeIndex);
  if (column === undefined) return trimmed({ ...seriesOf(values, name), notes: [...notes, NO_TIMES] });

  const allNotes = [...notes, ...column.notes];
  const rows = timedRows(column, values, allNotes);
  const label = (at: number) => formatTime(at, column.style);
  const merged = mergeDuplicates(sorted(rows, allNotes), label, allNotes);
  const kept = withoutStrays(merged, label, allNotes);
  if (kept.length < 2) {
    throw new FormatError(
      explain({
        expected: "at least 2 different times",
        got: `${kept.length} in ${table.rows.length} rows`,
        remedy: "choose another time column, or leave it out to use the order of the rows",
      }),
    );
  }
  const { style } = column;
  return trimmed({ name, rows: table.rows.length, style, ...onGrid(kept, style, allNotes), notes: allNotes });
}

const NO_TIMES = "No column of times was found, so the rows count as equally spaced, in the order of the file.";

/** The rows whose time could be read. */
function timedRows(column: TimeColumn, values: Float64Array, notes: string[]): TimedValue[] {
  const rows = column.times.map((time, row) => ({ time, value: values[row] as number }));
  const known = rows.filter(({ time }) => Number.isFinite(time));
  const left = rows.length - known.length;
  if (left > 0) {
    const example =
      column.unreadable === undefined ? "" : `; the first of these times reads ${show(column.unreadable)}`;
    notes.push(`${left} ${left === 1 ? "row" : "rows"} without a readable time left out${example}.`);
  }
  return known;
}

function sorted(rows: readonly TimedValue[], notes: string[]): TimedValue[] {
  const late = rows.filter(({ time }, index) => index > 0 && time < (rows[index - 1] as TimedValue).time).length;
  if (late > 0) {
    const descending = late >= 0.9 * (rows.length - 1);
    notes.push(
      descending ? "The rows come newest first; they were sorted." : "The rows are out of order; they were sorted.",
    );
  }
  return [...rows].sort((a, b) => a.time - b.time);
}

/** Rows of the same time become one row with the mean of their values; missing ones do not count. */
function mergeDuplicates(rows: readonly TimedValue[], label: (time: number) => string, notes: string[]): TimedValue[] {
  const groups: TimedValue[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    if (group?.[0]?.time === row.time) group.push(row);
    else groups.push([row]);
  }
  const repeated = groups.filter((group) => group.length > 1);
  const example = repeated[0]?.[0];
  if (example !== undefined) {
    const extra = rows.length - groups.length;
    const first = label(example.time);
    notes.push(
      `${extra} ${extra === 1 ? "row repeats a time" : "rows repeat times"} (first ${first}); equal times became their mean.`,
    );
    const differing = repeated.filter((group) => new Set(group.map(({ value }) => value)).size > 1);
    if (differing.length > groups.length / 2) {
      notes.push("Most times occur with several values: if the file holds several series, keep one of them per file.");
    }
  }
  return groups.map((group) => ({ time: (group[0] as TimedValue).time, value: mean(group) }));
}

function mean(group: readonly TimedValue[]): number {
  const values = group.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  return values.reduce((sum, value) => sum + value / values.length, values.length > 0 ? 0 : Number.NaN);
}

/**
 * Leaves out a few times far away from all others (1970-01-01, 2999-12-31, a slip in the year): a gap longer than the
 * whole rest of the series, with at most 2 % of the times on its other side.
 */
function withoutStrays(rows: readonly TimedValue[], label: (time: number) => string, notes: string[]): TimedValue[] {
  const few = Math.max(1, Math.floor(rows.length * 0.02));
  if (rows.length < 20) return [...rows];
  const time = (index: number) => (rows[index] as TimedValue).time;
  let [from, to] = [0, rows.length];
  for (let cut = 1; cut <= few; cut++) {
    if (time(cut) - time(cut - 1) > time(rows.length - 1 - few) - time(cut)) from = cut;
    const end = rows.length - cut;
    if (time(end) - time(end - 1) > time(end - 1) - time(few)) to = end;
  }
  const strays = [...rows.slice(0, from), ...rows.slice(to)];
  if (strays.length > 0) {
    const some = strays.slice(0, 3).map((row) => label(row.time));
    const what = strays.length === 1 ? "row" : "rows";
    notes.push(`${strays.length} ${what} far from all others in time left out: ${some.join(", ")}.`);
  }
  return rows.slice(from, to);
}

/** Cuts missing values off both ends, so that the forecast starts right after the last value. */
function trimmed(series: Series): Series {
  const { values } = series;
  const first = values.findIndex((value) => !Number.isNaN(value));
  const end = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  const cut = first + values.length - end;
  if (cut === 0) return series;
  const notes = [...series.notes, `${cut} ${cut === 1 ? "step" : "steps"} without a value at the ends left out.`];
  return { ...series, values: values.slice(first, end), times: series.times.slice(first, end), notes };
}
