/** Who is better, and by more than chance. */

/** Errors of one entrant: for each seed (one for a forecast without chance) the mean absolute error of each test forecast, or the error of each of its steps. */
export type Errors = readonly (readonly number[])[];

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);

/** Squared standard error of a mean; 0 where one value alone tells nothing. */
function squaredError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1) / values.length;
}

/** The median over the seeds of the mean error. */
export function typicalError(errors: Errors): number {
  return median(errors.map(mean));
}

/**
 * Two standard errors of the difference of two typical errors: from one seed to another, and from one test forecast to
 * another, where both forecast the same.
 */
export function noiseBetween(a: Errors, b: Errors): number {
  const bySeed = squaredError(a.map(mean)) + squaredError(b.map(mean));
  const overSeeds = (errors: Errors) => errors[0]!.map((_, i) => mean(errors.map((row) => row[i]!)));
  const [left, right] = [overSeeds(a), overSeeds(b)];
  const pairs = left.map((value, i) => value - right[i]!);
  return 2 * Math.sqrt(bySeed + squaredError(pairs));
}

export type Standing = "best" | "draw" | "worse";

/** Of each entrant: the lowest error is best; what is worse by no more than noise is a draw with it. */
export function standings(entrants: readonly Errors[]): Standing[] {
  const typical = entrants.map(typicalError);
  const best = typical.indexOf(Math.min(...typical));
  return entrants.map((errors, i) => {
    if (i === best) return "best";
    return typical[i]! - typical[best]! <= noiseBetween(errors, entrants[best]!) ? "draw" : "worse";
  });
}
