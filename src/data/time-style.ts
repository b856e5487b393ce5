import { toCivil } from "./calendar.ts";
import type { Precision } from "./time-cells.ts";

/** How the times of a series are written, found from its file and used again for the forecast. */
export type TimeStyle =
  /** ISO 8601 as far as `precision` goes; `zone` is the offset as text (`Z`, `+02:00`) or empty. */
  | { kind: "date"; precision: Precision; separator: "T" | " "; zone: string }
  /** A count since 1970-01-01T00:00Z; `milliseconds` is the length of one unit (1000 for epoch seconds). */
  | { kind: "epoch"; milliseconds: number }
  /** A plain number with this many decimals. */
  | { kind: "number"; decimals: number };

/** The times of one column, row by row. */
export interface TimeColumn {
  /** Wall-clock milliseconds, or plain numbers when `style.kind` is "number"; NaN where a cell could not be read. */
  times: number[];
  style: TimeStyle;
  /** A cell that could not be read, if there is one. */
  unreadable?: string;
  /** What was decided for the reader of the result to know, as sentences. */
  notes: string[];
}

/** Writes one time in the style of its series. */
export function formatTime(time: number, style: TimeStyle): string {
  if (style.kind === "number") return time.toFixed(style.decimals);
  if (style.kind === "epoch") {
    const text = BigInt(Math.round(time)) * 1_000_000n;
    return String(text / BigInt(Math.round(style.milliseconds * 1_000_000)));
  }
  const { year, month, day, clock } = toCivil(Math.round(time));
  const yearText = String(year).padStart(4, "0");
  if (style.precision === "year") return yearText;
  if (style.precision === "quarter") return `${yearText}-Q${Math.ceil(month / 3)}`;
  const monthText = `${yearText}-${pad(month)}`;
  if (style.precision === "month") return monthText;
  const date = `${monthText}-${pad(day)}`;
  if (style.precision === "day") return date;
  const minutes = `${pad(Math.floor(clock / 3_600_000))}:${pad(Math.floor(clock / 60_000) % 60)}`;
  const seconds = style.precision === "minute" ? "" : `:${pad(Math.floor(clock / 1000) % 60)}`;
  const fraction = style.precision === "millisecond" ? `.${pad(clock % 1000, 3)}` : "";
  return `${date}${style.separator}${minutes}${seconds}${fraction}${style.zone}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}
