/** Values that cannot be right, or are so rare that they would decide everything: found, told, and cut to what is usual. */
import { explain, OptionError, rejectUnknown, requireChoice, requireNumber, ShapeError, show } from "../errors.ts";
import { type ArrayLikeInput, type NumericArray, toNumericArray } from "./array.ts";
import { Ragged } from "./ragged.ts";

export interface ClipOutliersOptions {
  /**
   * What is usual: `"mad"`, so many times the median absolute deviation around the median, which outliers do not move; or
   * `"quantiles"` of the training values. @default "mad"
   */
  readonly method?: "mad" | "quantiles";
  /** For `"mad"`: how many standard deviations of a normal distribution with that deviation are usual. @default 6 */
  readonly threshold?: number;
  /** For `"quantiles"`: the lowest and the highest that are usual. @default [0.001, 0.999] */
  readonly quantiles?: readonly [number, number];
}

/** What is usual for each feature, as plain data. */
export interface OutlierConfig {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface Outlier {
  readonly row: number;
  /** Step of the sequence; absent for rows that are no sequences. */
  readonly step?: number;
  readonly feature: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface OutlierReport {
  /** Values that were looked at, missing ones aside. */
  readonly values: number;
  /** All outliers, the farthest first, measured by the width of what is usual. */
  readonly outliers: readonly Outlier[];
  /** For people: how many there are, and the farthest of them. */
  readonly text: string;
}

export interface OutlierClipper {
  readonly config: OutlierConfig;
  /** The values with outliers in the place of which the nearest usual value stands; NaN stays NaN. */
  transform(values: ArrayLikeInput): NumericArray;
  /** Which rows, steps and features have outliers. @param names of the features. @default their numbers */
  report(values: ArrayLikeInput, options?: { readonly names?: readonly string[] }): OutlierReport;
}

/** The median absolute deviation of a normal distribution is that share of its standard deviation; the mean one, this. */
const [MEDIAN_SHARE, MEAN_SHARE] = [0.6744897501960817, Math.sqrt(2 / Math.PI)];

/** Outliers that a text names. */
const TOLD = 10;

/**
 * Learns from training values what is usual, feature by feature (the last axis).
 *
 * @param train [batch, time, features], [rows, features] or `ragged`, NaN where missing
 * @throws OptionError for a feature without values
 */
export function clipOutliers(train: ArrayLikeInput, options: ClipOutliersOptions = {}): OutlierClipper {
  rejectUnknown("clipOutliers()", options, ["method", "threshold", "quantiles"]);
  const { method = "mad", threshold = 6, quantiles = [0.001, 0.999] } = options;
  requireChoice("method", method, ["mad", "quantiles"]);
  const useless = method === "mad" ? "quantiles" : "threshold";
  if (options[useless] !== undefined) {
    throw new OptionError(
      explain({ expected: `method "${method}" without \`${useless}\``, got: show(options[useless]) }),
    );
  }
  requireNumber("threshold", threshold, "above 0", (x) => x > 0);
  const [lowest, highest] = quantiles;
  if (!(lowest >= 0 && lowest < highest && highest <= 1)) {
    const expected = "`quantiles` to be two rising numbers from 0 to 1";
    throw new OptionError(explain({ expected, got: show(quantiles) }));
  }
  const bounds = columnsOf(valuesOf(train, "the training values")).map((column, feature): [number, number] => {
    if (column.length === 0) {
      throw new OptionError(explain({ expected: `a training value of feature ${feature}`, got: "none" }));
    }
    return method === "mad" ? around(column, threshold) : [quantile(column, lowest), quantile(column, highest)];
  });
  return clipOutliersFrom({ low: bounds.map(([low]) => low), high: bounds.map(([, high]) => high) });
}

/** The treatment that a saved `config` stands for. */
export function clipOutliersFrom(config: OutlierConfig): OutlierClipper {
  const { low, high } = config;
  const read = (values: ArrayLikeInput): NumericArray => {
    const array = valuesOf(values, "values");
    if (array.shape.at(-1) === low.length) return array;
    const expected = `values of ${low.length} features, as in training`;
    throw new ShapeError(explain({ expected, got: `${array.shape.at(-1)}` }));
  };
  return {
    config,
    transform(values) {
      const array = read(values);
      const { data, shape } = array;
      const clipped = (data as Float64Array).map((value, i) =>
        Math.min(Math.max(value, low[i % low.length]!), high[i % low.length]!),
      );
      return array instanceof Ragged ? new Ragged(clipped, array.lengths, shape.slice(1)) : { data: clipped, shape };
    },
    report(values, { names = low.map((_, feature) => `${feature}`) } = {}) {
      const array = read(values);
      const outliers = outliersIn(array, config).sort((a, b) => distanceOf(b) - distanceOf(a));
      const count = (array.data as Float64Array).reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
      return { values: count, outliers, text: tell(outliers, count, names) };
    },
  };
}

function valuesOf(input: ArrayLikeInput, name: string): NumericArray {
  const array = toNumericArray(input, name);
  if (array.shape.length >= 2) return array;
  const expected = `${name} to be [rows, features] or [batch, time, features]`;
  throw new ShapeError(explain({ expected, got: `[${array.shape.join(", ")}]` }));
}

/** The values of each feature that are there, rising. */
function columnsOf({ data, shape }: NumericArray): Float64Array[] {
  const width = shape.at(-1)!;
  return Array.from({ length: width }, (_, feature) =>
    Float64Array.from(data)
      .filter((value, i) => i % width === feature && !Number.isNaN(value))
      .sort(),
  );
}

/** Between neighbours of the sorted values, in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below === above ? below : below + (place - Math.floor(place)) * (above - below);
}

function around(sorted: Float64Array, threshold: number): [number, number] {
  const median = quantile(sorted, 0.5);
  const distances = sorted.map((value) => Math.abs(value - median)).sort();
  // Where more than half of the values are the same, the median distance is 0 and the mean one tells (Iglewicz & Hoaglin 1993).
  const mean = distances.reduce((sum, distance) => sum + distance / distances.length, 0);
  const deviation = quantile(distances, 0.5) / MEDIAN_SHARE || mean / MEAN_SHARE;
  // A constant says nothing about what is usual.
  return deviation > 0
    ? [median - threshold * deviation, median + threshold * deviation]
    : [-Number.MAX_VALUE, Number.MAX_VALUE];
}

function outliersIn(array: NumericArray, { low, high }: OutlierConfig): Outlier[] {
  const width = low.length;
  const isSequence = array instanceof Ragged || array.shape.length > 2;
  const steps = array instanceof Ragged ? undefined : array.shape.slice(1, -1).reduce((size, n) => size * n, 1);
  const rowOfStep =
    array instanceof Ragged
      ? Array.from(array.lengths).flatMap((n, row) => Array.from({ length: n }, (_, t) => [row, t]))
      : [];
  const found: Outlier[] = [];
  for (const [i, value] of array.data.entries()) {
    const feature = i % width;
    if (!(value < low[feature]! || value > high[feature]!)) continue;
    const entry = Math.floor(i / width);
    const [row, step] = steps === undefined ? rowOfStep[entry]! : [Math.floor(entry / steps), entry % steps];
    found.push({
      row: row!,
      ...(isSequence && { step: step! }),
      feature,
      value,
      low: low[feature]!,
      high: high[feature]!,
    });
  }
  return found;
}

function distanceOf({ value, low, high }: Outlier): number {
  return Math.max(low - value, value - high) / (high - low || 1);
}

function tell(outliers: readonly Outlier[], values: number, names: readonly string[]): string {
  if (outliers.length === 0) return `None of ${values} values is an outlier.`;
  const short = (value: number) => String(Number(value.toPrecision(6)));
  const lines = outliers.slice(0, TOLD).map(({ row, step, feature, value, low, high }) => {
    const place = step === undefined ? `row ${row}` : `row ${row}, step ${step}`;
    const side = value > high ? `above ${short(high)}` : `below ${short(low)}`;
    return `${place}: ${names[feature] ?? feature} is ${short(value)}, ${side}`;
  });
  const rest = outliers.length > TOLD ? [`and ${outliers.length - TOLD} more`] : [];
  const verb = outliers.length === 1 ? "is an outlier" : "are outliers";
  return [`${outliers.length} of ${values} values ${verb}:`, ...lines, ...rest].join("\n");
}
