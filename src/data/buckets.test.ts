import { describe, expect, test } from "vitest";
import type { NumericArray } from "./array.ts";
import { arrayBatches } from "./batches.ts";
import { bucketedBatches } from "./buckets.ts";
import { paddedLength, type Ragged, ragged } from "./ragged.ts";
import { toBatch } from "./to-batch.ts";

describe("buckets", () => {
  const many = ragged(
    Array.from({ length: 300 }, (_, row) => Array.from({ length: 1 + ((row * 37) % 50) }, () => row)),
  );
  const all = toBatch({ x: many, y: Array.from({ length: 300 }, (_, row) => row) });
  const options = { batchSize: 8, shuffle: true, seed: 1 };
  const epoch = (batches: typeof arrayBatches, number = 0, skip = 0) => [
    ...(batches(all, options).epoch(number, skip) as Iterable<typeof all>),
  ];
  const padding = (batches: readonly (typeof all)[]) =>
    batches.reduce(
      (sum, { x }) => sum + (x as Ragged).rows * Math.max(...(x as Ragged).lengths) - (x as Ragged).shape[0]!,
      0,
    );

  test("hold rows of similar lengths, each row once, in another order in each epoch, the same for a seed", () => {
    const [first, second] = [epoch(bucketedBatches), epoch(bucketedBatches, 1)];
    const rowsOf = (batches: typeof first) => batches.flatMap(({ y }) => [...(y as NumericArray).data]);
    expect(rowsOf(first).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, row) => row));
    expect(rowsOf(first)).not.toEqual(rowsOf(second));
    expect(rowsOf(epoch(bucketedBatches))).toEqual(rowsOf(first));
    expect(rowsOf(epoch(bucketedBatches, 0, 5))).toEqual(rowsOf(first.slice(5)));
    expect(padding(first)).toBeLessThan(padding(epoch(arrayBatches)) / 5);
  });

  test("need rows of unequal lengths", () => {
    const dense = toBatch({ x: [[1], [2]], y: [1, 2] });
    expect(() => bucketedBatches(dense, { batchSize: 1, shuffle: true, seed: 0 })).toThrow(
      "Expected inputs of unequal lengths for `bucketByLength`, got padded ones: give them as ragged([...]).",
    );
  });
});

test("lengths are rounded up to few, by at most half", () => {
  const rounded = Array.from({ length: 1000 }, (_, i) => paddedLength(Int32Array.of(1, i + 1)));
  for (const [i, length] of rounded.entries()) {
    expect(length).toBeGreaterThanOrEqual(i + 1);
    expect(length).toBeLessThan(1.5 * (i + 1) + 1);
  }
  expect(new Set(rounded).size).toBeLessThanOrEqual(20);
});
