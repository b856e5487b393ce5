/** From arrays or streams to batches of rows. */
import type { NumericArray } from "./array.ts";

/** One array, or several by the names of a model's inputs or outputs. */
export type Columns = NumericArray | Readonly<Record<string, NumericArray>>;

/** Some rows, all arrays with the same first axis. */
export interface Batch {
  readonly x: Columns;
  readonly y: Columns;
  /** [rows] or [rows, time]; by output name when outputs have different weights. */
  readonly sampleWeight?: Columns;
  readonly rows: number;
}

/** Where `fit` gets its batches. */
export interface BatchSource {
  /** Batches of an epoch, where known. */
  readonly batches?: number;
  /** The batches of an epoch, without the first `skip`: the same for the same arguments. */
  epoch(epoch: number, skip: number): Iterable<Batch> | AsyncIterable<Batch>;
}
