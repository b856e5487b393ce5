/** Rows to train on and rows to test on, again and again. */
import { explain, OptionError } from "../../errors.ts";

/** Numbers of rows, from 0. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Splits so many rows. */
export type Folds = (rows: number) => readonly Fold[];

export function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}

export function requireRows(owner: string, rows: number, least: number): void {
  if (rows >= least) return;
  const remedy = "ask for fewer or smaller folds";
  throw new OptionError(explain({ expected: `at least ${least} rows for ${owner}`, got: `${rows}`, remedy }));
}
