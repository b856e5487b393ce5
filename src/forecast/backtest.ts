import { nextTimes, type Series, timeLabel } from "../data/index.ts";
import { type Candidate, errorOf, type Member, predictMean } from "./candidates.ts";
import { conformalIntervals, type Intervals } from "./intervals.ts";
import { naiveScale, type Scores, score } from "./metrics.ts";
import { naive, seasonalNaive } from "./naive.ts";
import type { NetworkSeries } from "./network-series.ts";
import type { Plan } from "./plan.ts";
import type { BacktestPoint } from "./result.ts";
import { targetsAt } from "./samples.ts";

/** Candidates with this many times the lowest validation error are dropped, and all beyond the best few. */
const WORST_RATIO = 2;
const MOST_MEMBERS = 4;
/** A candidate's share falls with this power of its validation error. */
const SHARE_POWER = 4;

export interface Backtest {
  points: BacktestPoint[];
  metrics: { model: Scores; naive: Scores; seasonalNaive: Scores };
  held: { inside: number; of: number };
  /** Actual minus predicted in the networks' units, of all validation and test forecasts: for the next intervals. */
  errors: Float64Array[];
  /** How many of these forecasts have no step in common. */
  apart: number;
  /** Forecasts that sized the back-test's own intervals. */
  calibration: number;
}

/** The candidates with the lowest validation errors, best first, with shares that fall steeply with the error. */
export async function chooseMembers(
  candidates: readonly Candidate[],
  { values, filledBefore }: NetworkSeries,
  { horizon, parts }: Plan,
  origins: readonly number[],
): Promise<Member[]> {
  const known = filledBefore(parts.development).values;
  const actual = targetsAt(values, origins, horizon);
  const ranked: { candidate: Candidate; error: number }[] = [];
  for (const candidate of candidates) {
    ranked.push({ candidate, error: errorOf(await candidate.predict(known, origins), actual) });
  }
  ranked.sort((a, b) => a.error - b.error);
  const best = ranked[0]?.error ?? 0;
  const chosen = ranked.filter(({ error }) => error <= WORST_RATIO * best).slice(0, MOST_MEMBERS);
  const weights = chosen.map(({ error }) => (error > 0 ? best / error : 1) ** SHARE_POWER);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return chosen.map(({ candidate }, index) => ({ candidate, share: (weights[index] as number) / total }));
}

/**
 * Judges the members' common forecast on the test part: each forecast knows the values before it and none after. Intervals are
 * sized by validation errors alone.
 */
export async function judgeOnTest(
  members: readonly Member[],
  series: Series,
  network: NetworkSeries,
  plan: Plan,
  validationOrigins: readonly number[],
  coverage: number,
): Promise<Backtest> {
  const { horizon, season, parts, origins } = plan;
  const known = network.filledBefore(parts.development).values;
  const validated = await predictMean(members, known, validationOrigins);
  const errors = subtract(targetsAt(network.values, validationOrigins, horizon), validated);
  const apart = (parts.development - parts.training) / horizon;
  const intervals = conformalIntervals(errors, { horizon, coverage, apart });
  const calibration = errors.length;

  const points: BacktestPoint[] = [];
  for (let index = 0; index < origins; index++) {
    const origin = parts.development - 1 + index * horizon;
    const [mean = new Float64Array(horizon)] = await predictMean(members, network.filledBefore(origin + 1).values, [
      origin,
    ]);
    const history = series.values.subarray(0, origin + 1);
    const plain = naive(history, horizon);
    const seasonal = seasonalNaive(history, horizon, season);
    for (const [step, point] of inOwnUnits(mean, intervals, network).entries()) {
      const at = origin + 1 + step;
      points.push({
        ...{ time: timeLabel(series, series.times[at] as number), origin: index },
        ...{ actual: series.values[at] as number, ...point },
        ...{ naive: plain[step] as number, seasonalNaive: seasonal[step] as number },
      });
    }
    errors.push(...subtract(targetsAt(network.values, [origin], horizon), [mean]));
  }

  const scale = naiveScale(series.values.subarray(0, parts.development), season);
  const actual = points.map((point) => point.actual);
  const scoreOf = (pick: (point: BacktestPoint) => number) => score(actual, points.map(pick), scale);
  const measured = points.filter((point) => !Number.isNaN(point.actual));
  return {
    ...{ points, errors, calibration, apart: apart + origins },
    metrics: {
      model: scoreOf(({ mean }) => mean),
      naive: scoreOf((point) => point.naive),
      seasonalNaive: scoreOf((point) => point.seasonalNaive),
    },
    held: {
      inside: measured.filter(({ actual, lower, upper }) => actual >= lower && actual <= upper).length,
      of: measured.length,
    },
  };
}

/** A forecast and its interval in the series' own units. */
export function inOwnUnits(
  mean: Float64Array,
  { lower, upper }: Intervals,
  { inverse }: NetworkSeries,
): { mean: number; lower: number; upper: number }[] {
  return Array.from(mean, (value, step) => ({
    mean: inverse(value),
    lower: inverse(value + (lower[step] as number)),
    upper: inverse(value + (upper[step] as number)),
  }));
}

/** The labels of the steps after the series. */
export function nextLabels(series: Series, horizon: number): string[] {
  return nextTimes(series, horizon).map((time) => timeLabel(series, time));
}

function subtract(left: readonly Float64Array[], right: readonly Float64Array[]): Float64Array[] {
  return left.map((row, index) => row.map((value, step) => value - (right[index]?.[step] as number)));
}
