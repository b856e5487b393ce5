import { chainScalers, identityScaler, logScaler, type Scaler, standardScaler } from "../data/index.ts";

/** How much the level must vary before its link to the swings can be told. */
const LEAST_GROWTH = 1.5;
/** Swings ∝ level^slope: at half a logarithm fits better than none. */
const LOG_SLOPE = 0.5;

export interface Transform extends Scaler {
  /** Whether logarithms are taken, so that the network sees growth rates instead of amounts. */
  logarithmic: boolean;
}

/**
 * The units in which networks see a series: logarithms, if all values are positive and swings grow with the level, then
 * mean 0 and deviation 1. Fitted on training values only.
 */
export function fitTransform(training: Float64Array, season: number): Transform {
  const logarithmic = swingsGrowWithLevel(training, season > 1 ? season : 12);
  const first = logarithmic ? flooredLog(training) : identityScaler;
  return { logarithmic, ...chainScalers(first, standardScaler(training.map(first.transform))) };
}

/** Logarithms that a later value of 0 or below cannot break: it counts as a thousandth of the smallest training value. */
function flooredLog(training: Float64Array): Scaler {
  const known = training.filter((value) => !Number.isNaN(value));
  const least = known.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY) / 1000;
  return { transform: (value) => logScaler.transform(Math.max(value, least)), inverse: logScaler.inverse };
}

/** Compares level and spread of stretches of `length` steps, in logarithms (Guerrero 1993 compares them likewise). */
function swingsGrowWithLevel(values: Float64Array, length: number): boolean {
  if (values.some((value) => value <= 0)) return false;
  const stretches: { level: number; spread: number }[] = [];
  for (let start = 0; start + length <= values.length; start += length) {
    const { mean, deviation } = meanAndDeviation(values.subarray(start, start + length));
    if (deviation > 1e-9 * mean) stretches.push({ level: Math.log(mean), spread: Math.log(deviation) });
  }
  if (stretches.length < 4) return false;
  const levels = meanAndDeviation(stretches.map(({ level }) => level));
  const range = stretches.reduce(([low, high], { level }) => [Math.min(low, level), Math.max(high, level)] as const, [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const);
  if (range[1] - range[0] < Math.log(LEAST_GROWTH)) return false;
  const spreads = meanAndDeviation(stretches.map(({ spread }) => spread));
  const products = stretches.map(({ level, spread }) => (level - levels.mean) * (spread - spreads.mean));
  return meanAndDeviation(products).mean / levels.deviation ** 2 > LOG_SLOPE;
}

function meanAndDeviation(values: ArrayLike<number>): { mean: number; deviation: number } {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2 / known.length, 0);
  return { mean, deviation: Math.sqrt(variance) };
}
