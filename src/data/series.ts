import { advance, type Frequency } from "./frequency.ts";
import { formatTime, type TimeStyle } from "./time-style.ts";

/** One variable measured at regular steps of time. */
export interface Series {
  name: string;
  /** Rows of data that it was made of, before any were merged, left out or filled in. */
  rows: number;
  /** One value per step; NaN where nothing was measured. The first and the last one are never NaN. */
  values: Float64Array;
  /** The time of every step: wall-clock milliseconds, or plain numbers when `style.kind` is "number". Ascending. */
  times: readonly number[];
  frequency: Frequency;
  style: TimeStyle;
  /** What cleaning did and assumed, as sentences for the reader of a result. */
  notes: readonly string[];
}

/** A series of equally spaced values without dates; its times are 1, 2, 3, … */
export function seriesOf(values: ArrayLike<number>, name = "value"): Series {
  return {
    name,
    rows: values.length,
    values: Float64Array.from(values),
    times: Array.from({ length: values.length }, (_, index) => index + 1),
    frequency: { unit: "number", step: 1 },
    style: { kind: "number", decimals: 0 },
    notes: [],
  };
}

/** The times of the next `count` steps after the end of a series. */
export function nextTimes(series: Series, count: number): number[] {
  const last = series.times.at(-1) ?? 0;
  return Array.from({ length: count }, (_, index) => advance(last, index + 1, series.frequency));
}

/** Writes a time as the series' own file writes it. */
export function timeLabel(series: Series, time: number): string {
  return formatTime(time, series.style);
}

/** The name of a step in plain words: "month", "30 minutes", "working day". */
export function frequencyName({ unit, step }: Frequency): string {
  const spans: [number, string][] = [
    [604_800_000, "week"],
    [86_400_000, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
    [1000, "second"],
    [1, "millisecond"],
  ];
  const count = (n: number, word: string) => (n === 1 ? word : `${Number(n.toPrecision(6))} ${word}s`);
  if (unit === "workingDay") return "working day";
  if (unit === "row") return "row";
  if (unit === "number") return step === 1 ? "step" : `step of ${Number(step.toPrecision(6))}`;
  if (unit === "month") {
    if (step % 12 === 0) return count(step / 12, "year");
    return step === 3 ? "quarter" : count(step, "month");
  }
  const [span, word] = spans.find(([size]) => step % size === 0 && step < 60 * size) ??
    spans.find(([size]) => step >= size) ?? [1, "millisecond"];
  return count(Number((step / span).toPrecision(3)), word);
}
