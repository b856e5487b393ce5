import { explain, OptionError } from "../errors.ts";

/** An invertible change of units, fitted on training values. NaN stays NaN. */
export interface Scaler {
  transform(value: number): number;
  inverse(value: number): number;
}

/**
 * Takes off the mean and divides by the standard deviation of the observed (not NaN) values. A constant series is only
 * shifted.
 *
 * @throws OptionError when nothing was observed.
 */
export function standardScaler(values: ArrayLike<number>): Scaler & { mean: number; deviation: number } {
  const observed = Array.from(values).filter((value) => !Number.isNaN(value));
  if (observed.length === 0) {
    throw new OptionError(explain({ expected: "at least one value to fit a scaler", got: "none" }));
  }
  const mean = observed.reduce((sum, value) => sum + value / observed.length, 0);
  // Squares of shares of the largest distance neither overflow nor vanish.
  const largest = observed.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  const shares = observed.reduce((sum, value) => sum + ((value - mean) / (largest || 1)) ** 2 / observed.length, 0);
  // Rounding spreads even a constant series a little; dividing by that would blow noise up.
  const constant = largest <= 1e-9 * Math.abs(mean);
  const deviation = constant ? 1 : largest * Math.sqrt(shares);
  return {
    mean,
    deviation,
    transform: (value) => (value - mean) / deviation,
    inverse: (value) => value * deviation + mean,
  };
}

/** The natural logarithm, for positive series whose swings grow with their level. */
export const logScaler: Scaler = { transform: Math.log, inverse: Math.exp };

/** Leaves values as they are. */
export const identityScaler: Scaler = { transform: (value) => value, inverse: (value) => value };

/** First `first`, then `second`. */
export function chainScalers(first: Scaler, second: Scaler): Scaler {
  return {
    transform: (value) => second.transform(first.transform(value)),
    inverse: (value) => first.inverse(second.inverse(value)),
  };
}
