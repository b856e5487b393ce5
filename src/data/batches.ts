/** From arrays or streams to batches of rows. */
import { philoxBlocks } from "../engine/reference/philox.ts";
import { explain, ShapeError } from "../errors.ts";
import { type ArrayLikeInput, isNumericArray, type NumericArray } from "./array.ts";
import type { ClassWeight } from "./class-weights.ts";
import { isRagged, selectRows } from "./rows.ts";

/** One array, or several by the names of a model's inputs or outputs. */
export type Columns = NumericArray | Readonly<Record<string, NumericArray>>;

/** Some rows, as many in each array; some may be `Ragged`. */
export interface Batch {
  readonly x: Columns;
  readonly y: Columns;
  /** [rows] or [rows, time]; by output name when outputs have different weights. */
  readonly sampleWeight?: Columns;
  /** Multiplies the weights of rows and steps by those of their classes. */
  readonly classWeight?: ClassWeight;
  readonly rows: number;
  /** Where rows are trained on segment by segment: which one this is. @default rows are whole */
  readonly segment?: Segment;
}

/** Some steps of all rows of a batch, which go on from those before. */
export interface Segment {
  /** Whether these are the first steps: states are zeros before them. */
  readonly begins: boolean;
  /** The share of the rows' steps that are in this segment: all segments of a batch have 1 together. */
  readonly share: number;
}

/** Where `fit` gets its batches. */
export interface BatchSource {
  /** Batches of an epoch, where known. */
  readonly batches?: number;
  /** The batches of an epoch, without the first `skip`: the same for the same arguments. */
  epoch(epoch: number, skip: number): Iterable<Batch> | AsyncIterable<Batch>;
  /** Ends a stream that is no longer read. */
  close?(): void | Promise<void>;
}

export type ColumnsInput = ArrayLikeInput | Readonly<Record<string, ArrayLikeInput>>;

/** Rows as people have them. */
export interface Examples<X = ColumnsInput, Y = ColumnsInput, W = ColumnsInput> {
  readonly x: X;
  readonly y: Y;
  readonly sampleWeight?: W;
}

type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Batches made elsewhere: an iterable, or a function that is called for each pass through the data (with its number,
 * from 0) and returns one, such as a generator function.
 */
export type BatchStream<E = Examples> = AnyIterable<E> | ((pass: number) => AnyIterable<E>);

export function isBatchStream(value: Examples | BatchStream): value is BatchStream {
  return typeof value === "function" || Symbol.iterator in value || Symbol.asyncIterator in value;
}

/** Two arrays of as many even rows are a batch as they are; `undefined` where there is more to it, as `toBatch` knows. */
export function plainBatch({ x, y, sampleWeight }: Examples): Batch | undefined {
  const isPlain = isEven(x) && isEven(y) && x.shape[0] === y.shape[0] && sampleWeight === undefined;
  return isPlain ? { x, y, rows: x.shape[0]! } : undefined;
}

function isEven(array: unknown): array is NumericArray {
  return isNumericArray(array) && array.shape.length > 0 && !isRagged(array);
}

export interface ArrayBatchesOptions {
  /** Rows of a batch; the last batch of an epoch may have fewer. */
  readonly batchSize: number;
  /** Take the rows in another order in each epoch. */
  readonly shuffle: boolean;
  /** Decides, with the number of the epoch, on the order. */
  readonly seed: number;
}

/** Batches of rows of arrays. */
export function arrayBatches(all: Batch, options: ArrayBatchesOptions): BatchSource {
  const { batchSize, shuffle, seed } = options;
  requireSomeRows(all);
  const inOrder = Int32Array.from({ length: all.rows }, (_, row) => row);
  return {
    batches: Math.ceil(all.rows / batchSize),
    *epoch(epoch, skip) {
      const order = shuffle ? permutation(all.rows, seed, epoch) : inOrder;
      for (let start = skip * batchSize; start < all.rows; start += batchSize) {
        yield takeRows(all, order.subarray(start, start + batchSize));
      }
    },
  };
}

export function requireSomeRows({ rows }: Batch): void {
  if (rows > 0) return;
  throw new ShapeError(explain({ expected: "at least one row of data", got: "none" }));
}

/** The rows with these numbers, in this order, of each array. */
export function selectColumns(columns: Columns, rows: Int32Array): Columns {
  if (isSingle(columns)) return selectRows(columns, rows);
  return Object.fromEntries(Object.entries(columns).map(([name, array]) => [name, selectRows(array, rows)]));
}

/** The first and the last rows: `share` of them, rounded to whole rows, are in the second part. */
export function splitRows(all: Batch, share: number): [Batch, Batch] {
  const first = Math.floor(all.rows * (1 - share));
  const rows = Int32Array.from({ length: all.rows }, (_, row) => row);
  return [takeRows(all, rows.subarray(0, first)), takeRows(all, rows.subarray(first))];
}

export function isSingle(columns: Columns): columns is NumericArray {
  return ArrayBuffer.isView((columns as NumericArray).data);
}

export function takeRows({ x, y, sampleWeight }: Batch, rows: Int32Array): Batch {
  return {
    x: selectColumns(x, rows),
    y: selectColumns(y, rows),
    ...(sampleWeight !== undefined && { sampleWeight: selectColumns(sampleWeight, rows) }),
    rows: rows.length,
  };
}

/** Set these random words apart from those of layers, which have 0 in this place: the order of rows, and of batches. */
const SHUFFLE = 1;
export const BATCHES = 2;

/** The numbers 0 … size − 1 in an order that depends on nothing but seed and epoch (Fisher & Yates, Durstenfeld 1964). */
export function permutation(size: number, seed: number, epoch: number, use: number = SHUFFLE): Int32Array {
  const order = Int32Array.from({ length: size }, (_, index) => index);
  const words = new Uint32Array(Math.ceil(size / 4) * 4);
  philoxBlocks(words, 0, epoch, [seed, Math.floor(seed / 2 ** 32)], use);
  for (let last = size - 1, drawn = 0; last > 0; last--, drawn++) {
    const other = Math.floor((words[drawn]! / 2 ** 32) * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
