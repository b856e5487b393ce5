import type { Frequency } from "../data/index.ts";
import { naiveScale } from "./metrics.ts";

const DAY = 86_400_000;
const SPANS = [60_000, 3_600_000, DAY, 7 * DAY, 365.25 * DAY];
/** How much better a longer season must predict before it replaces the usual one of its frequency. */
const MARGIN = 0.95;
/** The least autocorrelation at which a series without dates is called seasonal. */
const LEAST_CORRELATION = 0.3;
const LONGEST_LAG = 400;

/**
 * The lengths, in steps, of the natural cycles of a frequency, shortest first: the hour, day, week and year. Not always
 * whole numbers (a year has 52.18 weeks); empty for plain numbers.
 */
export function naturalCycles({ unit, step }: Frequency): number[] {
  if (unit === "month") return step < 12 ? [12 / step] : [];
  if (unit === "workingDay") return [5, 365.25 * (5 / 7)];
  if (unit === "milliseconds") return SPANS.map((span) => span / step).filter((length) => length >= 2);
  // Years with decimals, one month apart.
  return unit === "number" && Math.abs(step * 12 - 1) < 0.01 ? [12] : [];
}

/**
 * Finds the season of a series, in steps: the natural cycle whose seasonal naive forecast has the smallest error, the
 * shorter one when they are about equal; for series without dates, the lag of the highest autocorrelation. A season must
 * occur at least three times. Returns 1 when there is none.
 */
export function findSeason(values: ArrayLike<number>, frequency: Frequency): number {
  const longest = Math.floor(values.length / 3);
  const candidates = naturalCycles(frequency)
    .map(Math.round)
    .filter((length) => length >= 2 && length <= longest);
  if (candidates.length === 0 && (frequency.unit === "number" || frequency.unit === "row"))
    return strongestLag(values, longest);
  let best = { length: 1, error: Number.POSITIVE_INFINITY };
  for (const length of candidates) {
    const error = naiveScale(values, length);
    if (error < best.error * MARGIN) best = { length, error };
  }
  return best.length;
}

/** The lag of the highest peak of the autocorrelation of the series' changes; 1 when no peak is high enough. */
function strongestLag(values: ArrayLike<number>, longest: number): number {
  const changes = Array.from(values)
    .slice(1)
    .map((value, index) => value - (values[index] as number));
  const known = changes.filter((change) => !Number.isNaN(change));
  const mean = known.reduce((sum, change) => sum + change / known.length, 0);
  const centred = changes.map((change) => (Number.isNaN(change) ? 0 : change - mean));
  const energy = centred.reduce((sum, change) => sum + change * change, 0);
  if (!(energy > 0)) return 1;
  const lags = Math.min(longest, LONGEST_LAG);
  const correlation = Array.from({ length: lags + 2 }, (_, lag) => {
    let sum = 0;
    for (let index = lag; index < centred.length; index++)
      sum += (centred[index] as number) * (centred[index - lag] as number);
    return sum / energy;
  });
  const at = (lag: number) => correlation[lag] ?? 0;
  const peaks = Array.from({ length: Math.max(0, lags - 1) }, (_, index) => index + 2).filter(
    (lag) => at(lag) > LEAST_CORRELATION && at(lag) >= at(lag - 1) && at(lag) >= at(lag + 1),
  );
  const highest = peaks.reduce((most, lag) => Math.max(most, at(lag)), 0);
  return peaks.find((lag) => at(lag) >= 0.9 * highest) ?? 1;
}
