/** Batches of rows of similar length: less to pad, and rows of a batch that end together. It loads when they are asked for. */
import { explain, OptionError } from "../errors.ts";
import {
  type ArrayBatchesOptions,
  BATCHES,
  type Batch,
  type BatchSource,
  permutation,
  requireSomeRows,
  takeRows,
} from "./batches.ts";
import { Ragged } from "./ragged.ts";
import { named } from "./to-batch.ts";

/** Batches that are drawn from together: enough to find rows of similar length, few enough to leave chance its part. */
const POOL = 16;

/**
 * Batches of rows of arrays, those of similar length together.
 *
 * @throws OptionError where no input is `Ragged`
 */
export function bucketedBatches(all: Batch, { batchSize, shuffle, seed }: ArrayBatchesOptions): BatchSource {
  requireSomeRows(all);
  const lengths = lengthsOf(all);
  const inOrder = Int32Array.from({ length: all.rows }, (_, row) => row);
  return {
    batches: Math.ceil(all.rows / batchSize),
    *epoch(epoch, skip) {
      const order = shuffle ? permutation(all.rows, seed, epoch) : inOrder;
      const mix = (count: number) => (shuffle ? permutation(count, seed, epoch, BATCHES) : inOrder.slice(0, count));
      for (const rows of bucketBatches(order, lengths, batchSize, mix).slice(skip)) yield takeRows(all, rows);
    },
  };
}

/** Steps of each row, of the longest where there are several inputs. */
function lengthsOf({ x, rows }: Batch): Int32Array {
  const inputs = named(x, "x").flatMap(([, array]) => (array instanceof Ragged ? [array.lengths] : []));
  if (inputs.length === 0) {
    const remedy = "give them as ragged([...])";
    throw new OptionError(
      explain({ expected: "inputs of unequal lengths for `bucketByLength`", got: "padded ones", remedy }),
    );
  }
  return Int32Array.from({ length: rows }, (_, row) => Math.max(...inputs.map((lengths) => lengths[row]!)));
}

/**
 * Rows as batches of similar lengths: pools of rows, in the order given, are sorted by length (equal ones keep their
 * order) and cut into batches; then batches change places.
 *
 * @param order all rows
 * @param lengths steps of each row
 * @param mix numbers 0 … count − 1 in another order
 */
function bucketBatches(
  order: Int32Array,
  lengths: Int32Array,
  batchSize: number,
  mix: (count: number) => Int32Array,
): Int32Array[] {
  const batches: Int32Array[] = [];
  for (let start = 0; start < order.length; start += POOL * batchSize) {
    const pool = order.slice(start, start + POOL * batchSize).sort((a, b) => lengths[a]! - lengths[b]!);
    for (let first = 0; first < pool.length; first += batchSize) batches.push(pool.subarray(first, first + batchSize));
  }
  return Array.from(mix(batches.length), (index) => batches[index]!);
}
