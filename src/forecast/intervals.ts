import { explain, OptionError, requireNumber } from "../errors.ts";

/** Half-widths of prediction intervals, one pair per forecast step, to be added to the forecast. */
export interface Intervals {
  /** Not positive. */
  lower: Float64Array;
  /** Not negative. */
  upper: Float64Array;
}

export interface IntervalOptions {
  /** Steps of each forecast. */
  horizon: number;
  /** The share of future values that should lie inside. @default 0.9 */
  coverage?: number;
  /** How many of the forecasts have no step in common. @default all */
  apart?: number;
}

/**
 * Split-conformal prediction intervals (Vovk et al. 2005; Lei et al. 2018) from errors on data that did not train the
 * network. Every step's errors are divided by that step's typical size, all steps share one set of the scaled errors, and
 * its quantiles, with the finite-sample correction (n + 1) / n, are multiplied back. Sharing matters: a short series has
 * few errors per step. Typical sizes never shrink with the step, as a farther future is never better known.
 *
 * The two tails are taken apart, so that intervals may be lopsided. Errors of overlapping forecasts move together and say
 * less than their number suggests: intervals are widened by √(1 + 2/n), the standard deviation of Student's t with n + 2
 * degrees of freedom, where n forecasts have no step in common. Still, the coverage is nominal, not guaranteed.
 *
 * @param errors actual minus predicted, one array of `horizon` steps per calibration forecast; NaN where missing
 */
export function conformalIntervals(
  errors: readonly ArrayLike<number>[],
  { horizon, coverage = 0.9, apart = errors.length }: IntervalOptions,
): Intervals {
  requireNumber("coverage", coverage, "between 0 and 1", (share) => share > 0 && share < 1);
  const sizes = typicalSizes(errors, horizon);
  const scaled: number[] = [];
  for (const forecast of errors) {
    for (let step = 0; step < horizon; step++) {
      const size = sizes[step] as number;
      const error = forecast[step] as number;
      if (!Number.isNaN(error)) scaled.push(size > 0 ? error / size : 0);
    }
  }
  if (scaled.length === 0) {
    throw new OptionError(explain({ expected: "at least one error to size intervals by", got: "none" }));
  }
  scaled.sort((a, b) => a - b);
  const tail = (1 - coverage) / 2;
  const rank = Math.min(scaled.length, Math.ceil((scaled.length + 1) * (1 - tail)));
  const widening = Math.sqrt(1 + 2 / apart);
  const upper = widening * Math.max(0, scaled[rank - 1] as number);
  const lower = widening * Math.min(0, scaled[scaled.length - rank] as number);
  return { lower: sizes.map((size) => size * lower), upper: sizes.map((size) => size * upper) };
}

/** Each step's root mean square error, smoothed so that it never falls (the pool-adjacent-violators algorithm). */
function typicalSizes(errors: readonly ArrayLike<number>[], horizon: number): Float64Array {
  const pools: { sum: number; count: number; steps: number }[] = [];
  for (let step = 0; step < horizon; step++) {
    const known = errors.map((forecast) => forecast[step] as number).filter((error) => !Number.isNaN(error));
    let pool = { sum: known.reduce((sum, error) => sum + error * error, 0), count: known.length, steps: 1 };
    for (let before = pools.at(-1); before && meanOf(before) >= meanOf(pool); before = pools.at(-1)) {
      pools.pop();
      pool = { sum: before.sum + pool.sum, count: before.count + pool.count, steps: before.steps + pool.steps };
    }
    pools.push(pool);
  }
  return Float64Array.from(pools.flatMap((pool) => new Array<number>(pool.steps).fill(Math.sqrt(meanOf(pool)))));
}

function meanOf({ sum, count }: { sum: number; count: number }): number {
  return count > 0 ? sum / count : 0;
}
