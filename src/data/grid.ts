import { advance, type Frequency, gridPositions, inferFrequency } from "./frequency.ts";
import { frequencyName } from "./series.ts";
import { formatTime, type TimeStyle } from "./time-style.ts";

export interface TimedValue {
  time: number;
  /** NaN when missing. */
  value: number;
}

/**
 * The smallest share of a grid's steps that must hold a value; below it the rows count as equally spaced instead. A step
 * that is only an average must fit better before it is believed.
 */
const LEAST_COVERAGE = { shared: 0.5, average: 0.8 };

/** Puts at least two distinct, sorted times on a regular grid; steps without a value are NaN. */
export function onGrid(
  rows: readonly TimedValue[],
  style: TimeStyle,
  notes: string[],
): { values: Float64Array; times: number[]; frequency: Frequency } {
  const kind = style.kind === "number" ? "number" : "date";
  const rowTimes = rows.map(({ time }) => time);
  const { frequency, coverage, shared } = inferFrequency(rowTimes, kind);
  const filled = rows.filter(({ value }) => !Number.isNaN(value));
  if (
    coverage * (filled.length / rows.length) < (shared ? LEAST_COVERAGE.shared : LEAST_COVERAGE.average) &&
    filled.length > 1
  ) {
    return inOrder(filled, coverage, frequency, notes);
  }

  const positions = gridPositions(rowTimes, frequency);
  const length = (positions.at(-1) ?? 0) + 1;
  const first = rowTimes[0] ?? 0;
  const sums = new Float64Array(length);
  const counts = new Float64Array(length);
  const times = Array.from({ length }, (_, position) => advance(first, position, frequency));
  const held = new Set(positions);
  for (const [row, { time, value }] of rows.entries()) {
    const position = positions[row] as number;
    times[position] = time;
    if (Number.isNaN(value)) continue;
    sums[position] = (sums[position] as number) + value;
    counts[position] = (counts[position] as number) + 1;
  }
  const gap = times.findIndex((_, position) => !held.has(position));
  if (gap >= 0) {
    const count = length - held.size;
    const [steps, verb] = count === 1 ? ["step has", "counts"] : ["steps have", "count"];
    const where = formatTime(times[gap] as number, style);
    notes.push(
      `${count} ${steps} no row at a step of one ${frequencyName(frequency)} (first ${where}) and ${verb} as missing.`,
    );
  }
  return { values: sums.map((sum, position) => sum / (counts[position] as number)), times, frequency };
}

/** The fallback for times without a usable step: the rows, equally spaced, with the median gap for the forecast. */
function inOrder(
  rows: readonly TimedValue[],
  coverage: number,
  frequency: Frequency,
  notes: string[],
): { values: Float64Array; times: number[]; frequency: Frequency } {
  const times = rows.map(({ time }) => time);
  const gaps = times.slice(1).map((time, row) => time - (times[row] as number));
  const step = gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 1;
  const share = Math.round(coverage * 100);
  notes.push(
    `The times are irregular (${share} % of the steps of one ${frequencyName(frequency)} have a row), ` +
      "so the rows count as equally spaced and forecast times follow at the median gap.",
  );
  return {
    values: Float64Array.from(rows, ({ value }) => value),
    times,
    frequency: { unit: "row", step },
  };
}
