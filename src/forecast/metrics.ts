import { explain, ShapeError } from "../errors.ts";

/** The four error measures of a forecast; NaN where one is not defined (nothing measured, or a scale of 0). */
export interface Scores {
  /** Mean absolute error, in the series' own unit. */
  mae: number;
  /** Root mean squared error, in the series' own unit. */
  rmse: number;
  /** Symmetric mean absolute percentage error, 0 to 200 (see `smape`). */
  smape: number;
  /** Mean absolute scaled error; below 1 is better than the scaling forecast inside the training data (see `mase`). */
  mase: number;
}

type Numbers = ArrayLike<number>;

/** Mean absolute error. Steps whose actual value is missing (NaN) do not count, here and in all measures below. */
export function mae(actual: Numbers, predicted: Numbers): number {
  return meanOver(actual, predicted, (a, p) => Math.abs(a - p));
}

/** Root mean squared error. */
export function rmse(actual: Numbers, predicted: Numbers): number {
  // Squares of shares of the mean error neither overflow nor vanish.
  const typical = mae(actual, predicted) || 1;
  return typical * Math.sqrt(meanOver(actual, predicted, (a, p) => ((a - p) / typical) ** 2));
}

/**
 * Symmetric mean absolute percentage error as the M4 competition defines it: the mean of 200 |a − p| / (|a| + |p|), from
 * 0 to 200. A step where both are 0 is exact and counts 0.
 */
export function smape(actual: Numbers, predicted: Numbers): number {
  return meanOver(actual, predicted, (a, p) => (a === p ? 0 : (200 * Math.abs(a - p)) / (Math.abs(a) + Math.abs(p))));
}

/**
 * Mean absolute scaled error (Hyndman & Koehler 2006): the mean absolute error divided by `scale`, the error that the
 * (seasonal) naive forecast makes inside the training data (see `naiveScale`).
 */
export function mase(actual: Numbers, predicted: Numbers, scale: number): number {
  return scale > 0 ? mae(actual, predicted) / scale : Number.NaN;
}

/**
 * The scale of `mase`: the mean of |y_t − y_{t−season}| over the training data. NaN when no such pair was measured.
 *
 * @param season steps per season; 1 gives the naive forecast's error. @default 1
 */
export function naiveScale(training: Numbers, season = 1): number {
  const later = Array.from(training).slice(season);
  return mae(later, Array.from(training).slice(0, later.length));
}

/** All four measures at once. */
export function score(actual: Numbers, predicted: Numbers, scale: number): Scores {
  return {
    mae: mae(actual, predicted),
    rmse: rmse(actual, predicted),
    smape: smape(actual, predicted),
    mase: mase(actual, predicted, scale),
  };
}

/** The mean of `error` over the steps where both values are known; NaN when there is none. */
function meanOver(actual: Numbers, predicted: Numbers, error: (actual: number, predicted: number) => number): number {
  if (actual.length !== predicted.length) {
    const got = `${actual.length} and ${predicted.length}`;
    throw new ShapeError(
      explain({ expected: "as many predicted as actual values", got, remedy: "align them by time" }),
    );
  }
  let sum = 0;
  let count = 0;
  for (let step = 0; step < actual.length; step++) {
    const each = error(actual[step] as number, predicted[step] as number);
    if (Number.isNaN(each)) continue;
    sum += each;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}
