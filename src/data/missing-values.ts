/** Sequences with holes, made ready for a network. What is learnt from data is learnt from the training data alone. */
import { explain, OptionError, rejectUnknown, requireChoice, ShapeError } from "../errors.ts";
import { sameShape, showShape } from "../graph/tensor.ts";
import { type ArrayLikeInput, type NumericArray, toNumericArray } from "./array.ts";
import { type MissingName, missingStrategies } from "./missing/index.ts";
import { Ragged } from "./ragged.ts";

/** A fitted treatment as plain data. */
export interface MissingConfig {
  readonly missing: MissingName;
  /** Of the observed training values, feature by feature. */
  readonly means: readonly number[];
}

/** Sequences after treatment, each [batch, time, ...] or `Ragged` as the values were. */
export interface TreatedValues {
  /** What the network gets: as many features as before, or twice as many with `"mask"`. */
  readonly x: NumericArray;
  /** 1 for each value that was there, 0 for each that was not, [batch, time, features]. */
  readonly observed: NumericArray;
  /** Time since each feature was last observed before this step, [batch, time, features]; 0 at the first (Che et al. 2018). */
  readonly since: NumericArray;
  /** Time since the step before, [batch, time, 1]. */
  readonly gaps: NumericArray;
}

export interface MissingValues {
  readonly config: MissingConfig;
  /**
   * Treats sequences; NaN is what is missing.
   *
   * @param gaps times between steps, as `timeGaps` makes them. @default 1 between any two
   */
  transform(values: ArrayLikeInput, options?: { readonly gaps?: ArrayLikeInput }): TreatedValues;
}

/**
 * Learns from training sequences how to treat missing values.
 *
 * - `"mask"`: the mean, and a feature more for each that tells whether it was observed
 * - `"forward"`: the value observed last
 * - `"mean"`: the mean
 * - `"linear"`: straight lines between observed values, which looks ahead
 * - `"gruD"`: NaN stays, values are centred, for the cell `gruD`, which takes `gaps` as its second input
 *
 * @param train [batch, time, features], or `ragged`, NaN where missing
 * @returns a treatment whose `config` is plain data to be saved; `missingValuesFrom` makes it again
 * @throws OptionError for a feature that was never observed
 */
export function missingValues(train: ArrayLikeInput, options: { readonly missing: MissingName }): MissingValues {
  rejectUnknown("missingValues()", options, ["missing"]);
  requireChoice("missing", options.missing, Object.keys(missingStrategies));
  return missingValuesFrom({ missing: options.missing, means: meansOf(sequencesOf(train, "the training values")) });
}

/** The treatment that a saved `config` stands for. */
export function missingValuesFrom(config: MissingConfig): MissingValues {
  const { missing, means } = config;
  requireChoice("missing", missing, Object.keys(missingStrategies));
  return {
    config,
    transform(values, { gaps } = {}) {
      const given = sequencesOf(values, "values");
      if (widthOf(given) !== means.length) {
        const expected = `values of ${means.length} features, as in training`;
        throw new ShapeError(explain({ expected, got: `${widthOf(given)}` }));
      }
      return treat(given, means, missing, gapsFor(given, gaps));
    },
  };
}

function sequencesOf(input: ArrayLikeInput, name: string): NumericArray {
  const array = toNumericArray(input, name);
  const rank = array instanceof Ragged ? 2 : 3;
  if (array.shape.length === rank) return array;
  throw new ShapeError(explain({ expected: `${name} to be [batch, time, features]`, got: showShape(array.shape) }));
}

function widthOf({ shape }: NumericArray): number {
  return shape.at(-1)!;
}

/** Steps of each row. */
function lengthsOf(array: NumericArray): ArrayLike<number> {
  return array instanceof Ragged ? array.lengths : new Int32Array(array.shape[0]!).fill(array.shape[1]!);
}

function meansOf(array: NumericArray): number[] {
  const width = widthOf(array);
  const [sums, counts] = [new Float64Array(width), new Float64Array(width)];
  for (let i = 0; i < array.data.length; i++) {
    const value = array.data[i]!;
    if (Number.isNaN(value)) continue;
    sums[i % width]! += value;
    counts[i % width]! += 1;
  }
  const never = counts.indexOf(0);
  if (never < 0) return Array.from(sums, (sum, feature) => sum / counts[feature]!);
  const remedy = "leave that feature out";
  throw new OptionError(
    explain({
      expected: "at least one observed training value of each feature",
      got: `none of feature ${never}`,
      remedy,
    }),
  );
}

function gapsFor(given: NumericArray, gaps: ArrayLikeInput | undefined): NumericArray {
  const lengths = lengthsOf(given);
  const shape = [...given.shape.slice(0, -1), 1];
  if (gaps === undefined) {
    const data = Float32Array.from(
      Array.from(lengths).flatMap((length) => Array.from({ length }, (_, t) => (t ? 1 : 0))),
    );
    return like(given, data, 1);
  }
  const array = toNumericArray(gaps, "gaps");
  const fits = array instanceof Ragged === given instanceof Ragged && sameShape(array.shape, shape);
  if (fits && Array.from(lengthsOf(array)).every((length, row) => length === lengths[row])) return array;
  const remedy = "make them with timeGaps(timestamps)";
  throw new ShapeError(
    explain({ expected: `gaps ${showShape(shape)} as long as the values`, got: showShape(array.shape), remedy }),
  );
}

/** Numbers with the rows and steps of another array. */
function like(array: NumericArray, data: Float32Array, width: number): NumericArray {
  return array instanceof Ragged
    ? new Ragged(data, array.lengths, [width])
    : { data, shape: [...array.shape.slice(0, 2), width] };
}

function treat(given: NumericArray, means: readonly number[], missing: MissingName, gaps: NumericArray): TreatedValues {
  const strategy: (typeof missingStrategies)[MissingName] & { readonly withObserved?: boolean } =
    missingStrategies[missing];
  const { data } = given;
  const features = means.length;
  const width = strategy.withObserved ? 2 * features : features;
  const observed = Float32Array.from(data, (value) => (Number.isNaN(value) ? 0 : 1));
  const since = new Float32Array(data.length);
  const x = new Float32Array((data.length / features) * width);
  let start = 0;
  for (const length of Array.from(lengthsOf(given))) {
    const times = new Float64Array(length);
    for (let t = 1; t < length; t++) times[t] = times[t - 1]! + gaps.data[start + t]!;
    for (let feature = 0; feature < features; feature++) {
      const at = (t: number) => (start + t) * features + feature;
      const series = Float64Array.from({ length }, (_, t) => data[at(t)]!);
      const filled = strategy.fill(series, means[feature]!, times);
      for (let t = 0, last = 0; t < length; t++) {
        x[(start + t) * width + feature] = filled[t]!;
        if (strategy.withObserved) x[(start + t) * width + features + feature] = observed[at(t)]!;
        since[at(t)] = times[t]! - times[last]!;
        if (observed[at(t)]) last = t;
      }
    }
    start += length;
  }
  return {
    x: like(given, x, width),
    observed: like(given, observed, features),
    since: like(given, since, features),
    gaps,
  };
}
