import { cleanSeries, type Series } from "../data/index.ts";
import { parseCsv } from "./csv.ts";
import { readTextFile } from "./read-file.ts";

/** Reads and cleans a column of a CSV file; the notes of both are the series' notes. */
export function readSeries(file: string, target: string, time: string | undefined): Series {
  const { text, notes } = readTextFile(file);
  const table = parseCsv(text, target);
  const series = cleanSeries(table, { target, ...(time !== undefined && { time }) });
  return { ...series, notes: [...notes, ...table.notes, ...series.notes] };
}
