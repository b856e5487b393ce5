import { type Batch, type ColumnsInput, takeRows } from "../data/batches.ts";
import type { Fold, Folds } from "../data/folds/folds.ts";
import { toBatch } from "../data/to-batch.ts";
import { explain, OptionError, show } from "../errors.ts";
import type { FitOptions } from "../train/fit-options.ts";
import type { Model } from "./model.ts";
import type { Measures, Prediction, SampleWeightsOf, TargetsOf } from "./names.ts";
import type { Weighted } from "./user-data.ts";

export interface CrossValidateOptions<W = ColumnsInput>
  extends Omit<FitOptions, "validationData" | "validationSplit" | "resume">,
    Weighted<W> {
  /** How rows are split: `kFold()`, `stratifiedKFold()`, `groupKFold()` or `rollingOrigin()`. */
  readonly folds: Folds;
}

export interface CrossValidation<P extends Prediction> {
  /** Loss and metrics of each fold's test rows. */
  readonly folds: readonly Measures<P>[];
  /** Their means. */
  readonly mean: Readonly<Record<string, number>>;
  /** Their standard deviations between folds, with n − 1. */
  readonly deviation: Readonly<Record<string, number>>;
}

/**
 * Trains a model of its own for each fold and measures it on rows that it has not seen. Scale the data inside of `make`
 * or by numbers from outside: what is learned from all rows knows the rows that are tested on.
 *
 * @param make gives a new, compiled model; it is told the fold, from 0, and its rows
 */
export async function crossValidate<P extends Prediction, X extends ColumnsInput>(
  make: (fold: number, rows: Fold) => Model<P, X>,
  x: X,
  y: TargetsOf<P>,
  options: CrossValidateOptions<SampleWeightsOf<P>>,
): Promise<CrossValidation<P>> {
  const { folds, sampleWeight, ...training } = options ?? {};
  if (typeof make !== "function" || typeof folds !== "function") {
    const expected = "crossValidate() to get a function that makes a compiled model, and `folds` such as kFold()";
    throw new OptionError(explain({ expected, got: `${show(make)} and ${show(folds)}` }));
  }
  const all = toBatch({ x, y: y as ColumnsInput, ...(sampleWeight && { sampleWeight: sampleWeight as ColumnsInput }) });
  const measured: Measures<P>[] = [];
  for (const [index, fold] of folds(all.rows).entries()) {
    const model = make(index, fold);
    const [train, test] = [takeRows(all, fold.train), takeRows(all, fold.test)];
    await model.fit(train.x as X, targetsOf<P>(train), { ...(training as object), ...weightsOf(train) });
    const { batchSize } = training;
    const measuring = { ...(batchSize !== undefined && { batchSize }), ...weightsOf<SampleWeightsOf<P>>(test) };
    measured.push(await model.evaluate(test.x as X, targetsOf<P>(test), measuring));
  }
  const names = Object.keys(measured[0] ?? {});
  const over = (fold: (values: readonly number[]) => number) =>
    Object.fromEntries(names.map((name) => [name, fold(measured.map((values) => values[name]!))]));
  return { folds: measured, mean: over(meanOf), deviation: over(deviationOf) };
}

function targetsOf<P extends Prediction>({ y }: Batch): TargetsOf<P> {
  return y as TargetsOf<P>;
}

function weightsOf<W>({ sampleWeight }: Batch): Weighted<W> {
  return sampleWeight === undefined ? {} : { sampleWeight: sampleWeight as W };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1));
}
