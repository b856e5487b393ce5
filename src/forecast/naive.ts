import { explain, OptionError, requireInteger } from "../errors.ts";

/** The naive forecast: every future value equals the last measured one. */
export function naive(history: ArrayLike<number>, horizon: number): Float64Array {
  requireInteger("horizon", horizon, 1);
  return seasonalNaive(history, horizon, 1);
}

/**
 * The seasonal naive forecast: every future value equals the last one measured at the same place of the season. Where a
 * place was never measured (all its values are NaN), the last measured value of all stands in.
 *
 * @throws OptionError when nothing was measured at all.
 */
export function seasonalNaive(history: ArrayLike<number>, horizon: number, season: number): Float64Array {
  requireInteger("horizon", horizon, 1);
  requireInteger("season", season, 1);
  const last = lastMeasured(history, history.length - 1, 1);
  if (last === undefined) {
    throw new OptionError(explain({ expected: "at least one measured value before a naive forecast", got: "none" }));
  }
  return Float64Array.from({ length: horizon }, (_, step) => {
    const seasonsBack = Math.ceil((step + 1) / season);
    return lastMeasured(history, history.length + step - seasonsBack * season, season) ?? last;
  });
}

/** The first value that was measured, going back from `index` in steps of `stride`. */
function lastMeasured(history: ArrayLike<number>, index: number, stride: number): number | undefined {
  for (let at = index; at >= 0; at -= stride) {
    const value = history[at] as number;
    if (!Number.isNaN(value)) return value;
  }
  return undefined;
}
