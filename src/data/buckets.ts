/** Batches of rows of similar length: less to pad, and rows of a batch that end together. */

/** Batches that are drawn from together: enough to find rows of similar length, few enough to leave chance its part. */
const POOL = 16;

/**
 * Rows as batches of similar lengths: pools of rows, in the order given, are sorted by length (equal ones keep their
 * order) and cut into batches; then batches change places.
 *
 * @param order all rows
 * @param lengths steps of each row
 * @param mix numbers 0 … count − 1 in another order
 */
export function bucketBatches(
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
