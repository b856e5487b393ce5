import {
  DAY,
  daysInMonth,
  HOUR,
  isWeekend,
  MINUTE,
  monthNumber,
  timeInMonth,
  timeOfWorkingDay,
  toCivil,
  workingDayNumber,
} from "./calendar.ts";

/**
 * The regular step between two neighbouring times of a series.
 *
 * - `month`: `step` calendar months (3 for quarters, 12 for years), on `anchorDay` or the month's last day if it is shorter
 * - `workingDay`: Monday to Friday
 * - `milliseconds`: a fixed span of wall-clock time
 * - `number`: a plain number, such as a row index or a year with decimals
 * - `row`: none; the rows follow each other at irregular times, typically `step` apart
 */
export type Frequency =
  | { unit: "month"; step: number; anchorDay: number }
  | { unit: "workingDay"; step: 1 }
  | { unit: "milliseconds"; step: number }
  | { unit: "number"; step: number }
  | { unit: "row"; step: number };

export interface InferredFrequency {
  frequency: Frequency;
  /** The share of the grid's steps that carry a time, from 0 to 1. */
  coverage: number;
  /** The share of neighbouring times that are exactly one step apart, from 0 to 1. */
  evenness: number;
  /** False when hardly any two neighbouring times share the same gap, so that the step is only their average. */
  shared: boolean;
}

const NICE_SPANS = [
  ...[1, 2, 5, 10, 15, 20, 30].flatMap((n) => [n * 1000, n * MINUTE]),
  ...[1, 2, 3, 4, 6, 8, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14].map((n) => n * DAY),
];
/** Share of the neighbouring times that must agree before a step counts as found. */
const AGREEMENT = 0.9;

/** The time `steps` steps after `time`. */
export function advance(time: number, steps: number, frequency: Frequency): number {
  switch (frequency.unit) {
    case "month":
      return timeInMonth(monthNumber(time) + steps * frequency.step, frequency.anchorDay, toCivil(time).clock);
    case "workingDay":
      return timeOfWorkingDay(workingDayNumber(time) + steps) + toCivil(time).clock;
    default:
      return time + steps * frequency.step;
  }
}

/** How many steps `to` lies after `from`; fractional when it lies between two steps of a fixed span. */
export function stepsBetween(from: number, to: number, frequency: Frequency): number {
  switch (frequency.unit) {
    case "month":
      return (monthNumber(to) - monthNumber(from)) / frequency.step;
    case "workingDay":
      return workingDayNumber(to) - workingDayNumber(from);
    default:
      return (to - from) / frequency.step;
  }
}

/**
 * Places times on the grid that starts at the first of them. When times scatter around the grid (sensors that report a
 * little early or late), the grid is moved so that the median time lies on it, and each time goes to the nearest step.
 */
export function gridPositions(times: readonly number[], frequency: Frequency): number[] {
  const first = times[0] ?? 0;
  const exact = times.map((time) => stepsBetween(first, time, frequency));
  const shift = median(exact.map((position) => position - Math.round(position)));
  const rounded = exact.map((position) => Math.round(position - shift));
  const start = rounded[0] ?? 0;
  return rounded.map((position) => position - start);
}

/** Finds the step of at least two distinct, sorted times. `kind` says whether they are dates or plain numbers. */
export function inferFrequency(times: readonly number[], kind: "date" | "number"): InferredFrequency {
  const { frequency, shared } = findFrequency(times, kind);
  const positions = gridPositions(times, frequency);
  const even = times.filter((time, row) => {
    const before = times[row - 1] ?? Number.NaN;
    return Math.abs(time - advance(before, 1, frequency)) <= 1e-6 * (time - before);
  }).length;
  const distinct = new Set(positions).size;
  const length = (positions.at(-1) ?? 0) + 1;
  return {
    frequency,
    coverage: distinct / length,
    evenness: even / Math.max(1, times.length - 1),
    shared,
  };
}

function findFrequency(
  times: readonly number[],
  kind: "date" | "number",
): Pick<InferredFrequency, "frequency" | "shared"> {
  const gaps = differences(times);
  const unit = kind === "date" ? "milliseconds" : "number";
  if (kind === "date") {
    const months = findMonths(times, gaps);
    if (months) return { frequency: months, shared: true };
  }
  const common = mostCommon(gaps);
  const multiples = gaps.filter((gap) => isWhole(gap / common)).length;
  if (multiples >= AGREEMENT * gaps.length) {
    const working = kind === "date" && common === DAY && gaps.length >= 10 && !times.some(isWeekend);
    return { frequency: working ? { unit: "workingDay", step: 1 } : { unit, step: common }, shared: true };
  }
  // No gap is shared: average the steps that the median gap counts, so that its error does not add up.
  const typical = median(gaps);
  const count = gaps.reduce((sum, gap) => sum + Math.max(1, Math.round(gap / typical)), 0);
  const average = gaps.reduce((sum, gap) => sum + gap, 0) / count;
  const nice = NICE_SPANS.find((span) => Math.abs(average - span) < 0.02 * span);
  return { frequency: { unit, step: kind === "date" && nice !== undefined ? nice : average }, shared: false };
}

/** Months, quarters, years: same day of the month (or last day), or at least one time in each period of about that length. */
function findMonths(times: readonly number[], gaps: readonly number[]): Frequency | undefined {
  const typical = median(gaps);
  if (typical < 27.5 * DAY) return undefined;
  const common = mostCommon(gaps);
  const civil = times.map(toCivil);
  const days = civil.map(({ day }) => day);
  const anchorDay = days.reduce((most, day) => Math.max(most, day), 1);
  const anchored = civil.filter(({ year, month, day }) => day === Math.min(anchorDay, daysInMonth(year, month))).length;
  const monthGaps = differences(times.map(monthNumber));
  const step = mostCommon(monthGaps);
  if (step < 1) return undefined;
  if (anchored >= AGREEMENT * times.length) return { unit: "month", step, anchorDay };
  if (gaps.filter((gap) => isWhole(gap / common)).length >= AGREEMENT * gaps.length) return undefined;
  const oneEach = monthGaps.filter((gap) => gap >= 1 && isWhole(gap / step)).length;
  if (oneEach < AGREEMENT * monthGaps.length) return undefined;
  return { unit: "month", step, anchorDay: median(days) >= 25 ? 31 : Math.round(median(days)) };
}

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] as number));
}

function isWhole(ratio: number): boolean {
  return Math.abs(ratio - Math.round(ratio)) < 1e-6 * Math.max(1, Math.abs(ratio));
}

/** The value that occurs most often; the smallest one of several. Values that differ by rounding count as one. */
function mostCommon(values: readonly number[]): number {
  const counts = new Map<string, { value: number; count: number }>();
  for (const value of values) {
    const key = value.toPrecision(9);
    const entry = counts.get(key) ?? { value, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  let best = { value: 1, count: 0 };
  for (const entry of counts.values()) {
    if (entry.count > best.count || (entry.count === best.count && entry.value < best.value)) best = entry;
  }
  return best.value;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
