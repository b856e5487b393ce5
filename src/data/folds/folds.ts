/** Rows to train on and rows to test on, again and again. */
import { explain, OptionError, show } from "../../errors.ts";

/** Numbers of rows, from 0. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Splits so many rows. */
export type Folds = (rows: number) => readonly Fold[];

/** What a row belongs to: a class, a patient, a machine. */
export type RowLabels = ArrayLike<number | string | boolean>;

export function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}

/** Tests on each part once. @param partOf the part of each row, from 0 */
export function foldsByPart(partOf: Int32Array, parts: number): Fold[] {
  const rows = range(0, partOf.length);
  return Array.from({ length: parts }, (_, part) => ({
    train: rows.filter((row) => partOf[row] !== part),
    test: rows.filter((row) => partOf[row] === part),
  }));
}

export function requireRows(owner: string, rows: number, least: number): void {
  if (rows >= least) return;
  const remedy = "ask for fewer or smaller folds";
  throw new OptionError(explain({ expected: `at least ${least} rows for ${owner}`, got: `${rows}`, remedy }));
}

/** The rows of each label, labels in the order in which they come. */
export function rowsByLabel(owner: string, name: string, labels: RowLabels, order: Int32Array): Map<unknown, number[]> {
  if (labels?.length !== order.length) {
    const got = labels?.length === undefined ? show(labels) : `${labels.length}`;
    throw new OptionError(explain({ expected: `\`${name}\` of ${owner} for each of ${order.length} rows`, got }));
  }
  const groups = new Map<unknown, number[]>();
  for (const row of order) {
    const label = labels[row];
    const rows = groups.get(label);
    if (rows === undefined) groups.set(label, [row]);
    else rows.push(row);
  }
  return groups;
}
