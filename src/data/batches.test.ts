import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError, StateError } from "../errors.ts";
import type { NumericArray } from "./array.ts";
import {
  arrayBatches,
  type Batch,
  type BatchSource,
  type BatchStream,
  type Examples,
  isBatchStream,
  permutation,
  splitRows,
} from "./batches.ts";
import { streamBatches } from "./stream-batches.ts";
import { toBatch } from "./to-batch.ts";

async function all(source: BatchSource, epoch = 0, skip = 0): Promise<Batch[]> {
  const found: Batch[] = [];
  for await (const batch of source.epoch(epoch, skip)) found.push(batch);
  return found;
}

const numbersOf = (batches: readonly Batch[]) => batches.map(({ x }) => Array.from((x as NumericArray).data));

const rows = (size: number): Batch => {
  const numbers = Float32Array.from({ length: size }, (_, i) => i);
  return toBatch({
    x: { data: numbers, shape: [size, 1] },
    y: { data: Int32Array.from(numbers, (n) => 10 * n), shape: [size] },
    sampleWeight: numbers.map((n) => n / 2),
  });
};

describe("toBatch", () => {
  test("reads arrays by name", () => {
    const batch = toBatch({ x: { a: [[1], [2]], b: [3, 4] }, y: { out: [5, 6] } });
    expect(batch.rows).toBe(2);
    expect(batch.x).toEqual({
      a: { data: Float32Array.of(1, 2), shape: [2, 1] },
      b: { data: Float32Array.of(3, 4), shape: [2] },
    });
    expect(batch.sampleWeight).toBeUndefined();
  });

  test("checks the number of rows", () => {
    expect(() => toBatch({ x: [1, 2], y: [1] })).toThrow("Expected y to have 2 rows like x, got 1.");
    expect(() => toBatch({ x: [1], y: [1], sampleWeight: { out: [1, 2] } })).toThrow(/sampleWeight\.out/);
    expect(() => toBatch({ x: { data: Float32Array.of(1), shape: [] }, y: [1] })).toThrow(ShapeError);
    expect(() => toBatch({ x: {}, y: [1] })).toThrow(ShapeError);
    expect(() => toBatch({ x: [1] } as unknown as Examples)).toThrow(ShapeError);
  });
});

describe("arrayBatches", () => {
  test("takes each row once, in another order in each epoch, the same for the same seed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        fc.nat(100),
        async (size, batchSize, seed, epoch) => {
          const source = arrayBatches(rows(size), { batchSize, shuffle: true, seed });
          const batches = await all(source, epoch);
          expect(batches.length).toBe(source.batches);
          const numbers = numbersOf(batches).flat();
          expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
          for (const [index, batch] of batches.entries()) {
            expect(batch.rows).toBe(index + 1 < batches.length ? batchSize : size - index * batchSize);
            const { data } = batch.x as NumericArray;
            expect((batch.y as NumericArray).data).toEqual(Int32Array.from(data, (n) => 10 * n));
            expect((batch.sampleWeight as NumericArray).data).toEqual(Float32Array.from(data, (n) => n / 2));
          }
          const again = arrayBatches(rows(size), { batchSize, shuffle: true, seed });
          expect(numbersOf(await all(again, epoch, 1))).toEqual(numbersOf(batches.slice(1)));
        },
      ),
    );
  });

  test("keeps the order without shuffle", async () => {
    const source = arrayBatches(rows(5), { batchSize: 2, shuffle: false, seed: 1 });
    expect(numbersOf(await all(source, 3))).toEqual([[0, 1], [2, 3], [4]]);
    expect(numbersOf(await all(source, 3, 2))).toEqual([[4]]);
    expect(await all(source, 3, 3)).toEqual([]);
  });

  test("needs a row", () => {
    expect(() => arrayBatches(rows(0), { batchSize: 2, shuffle: false, seed: 1 })).toThrow(ShapeError);
  });
});

describe("permutation", () => {
  test("depends on seed and epoch", () => {
    const first = permutation(100, 1, 0);
    expect(permutation(100, 1, 0)).toEqual(first);
    expect(permutation(100, 1, 1)).not.toEqual(first);
    expect(permutation(100, 2, 0)).not.toEqual(first);
    expect(permutation(100, 1 + 2 ** 32, 0)).not.toEqual(first);
  });

  test("has no favourites", () => {
    const runs = 6000;
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < runs; epoch++) {
      const order = permutation(3, 7, epoch).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // Six orders of probability 1/6 each, give or take five standard deviations.
    expect(counts.size).toBe(6);
    for (const count of counts.values()) {
      expect(Math.abs(count - runs / 6)).toBeLessThan(5 * Math.sqrt((runs * 5) / 36));
    }
  });
});

test("splitRows takes the second part from the end", () => {
  const [first, second] = splitRows(rows(10), 0.25);
  expect(numbersOf([first, second])).toEqual([
    [0, 1, 2, 3, 4, 5, 6],
    [7, 8, 9],
  ]);
});

describe("streamBatches", () => {
  const examples = (...numbers: number[]): Examples[] => numbers.map((n) => ({ x: [n], y: [n] }));

  function* three() {
    yield* examples(1, 2, 3);
  }

  async function* slowly() {
    for (const batch of examples(1, 2, 3)) yield await Promise.resolve(batch);
  }

  test.each<[string, BatchStream]>([
    ["an array", examples(1, 2, 3)],
    ["a generator function", three],
    ["an asynchronous generator function", slowly],
  ])("one pass through %s is an epoch", async (_, stream) => {
    expect(isBatchStream(stream)).toBe(true);
    const source = streamBatches(stream);
    expect(source.batches).toBeUndefined();
    expect(numbersOf(await all(source, 0))).toEqual([[1], [2], [3]]);
    expect(numbersOf(await all(source, 1))).toEqual([[1], [2], [3]]);
    expect(numbersOf(await all(source, 2, 2))).toEqual([[3]]);
    expect(await all(source, 2, 3)).toEqual([]);
  });

  test("a function is told the number of the pass", async () => {
    const source = streamBatches((pass) => examples(pass, pass + 1));
    expect(numbersOf(await all(source, 5))).toEqual([[5], [6]]);
    const endless = streamBatches((pass) => examples(pass, pass), { stepsPerEpoch: 3 });
    expect(numbersOf(await all(endless, 0))).toEqual([[0], [0], [1]]);
  });

  test.each<[string, BatchStream]>([
    ["an array", examples(1, 2, 3)],
    ["an asynchronous generator function", slowly],
  ])("with stepsPerEpoch %s goes on from epoch to epoch", async (_, stream) => {
    const source = streamBatches(stream, { stepsPerEpoch: 2 });
    expect(source.batches).toBe(2);
    expect(numbersOf([...(await all(source, 0)), ...(await all(source, 1)), ...(await all(source, 2))])).toEqual(
      [1, 2, 3, 1, 2, 3].map((n) => [n]),
    );
    expect(numbersOf(await all(source, 1, 1))).toEqual([[1]]);
    const resumed = streamBatches(stream, { stepsPerEpoch: 2 });
    expect(numbersOf(await all(resumed, 2, 1))).toEqual([[3]]);
    const later = streamBatches(stream, { stepsPerEpoch: 2, firstEpoch: 7 });
    expect(numbersOf(await all(later, 8))).toEqual([[3], [1]]);
  });

  test("what can be read only once says so at its end", async () => {
    const source = streamBatches(three());
    expect(numbersOf(await all(source, 0))).toEqual([[1], [2], [3]]);
    await expect(all(source, 1)).rejects.toThrow(StateError);
    const steps = streamBatches(slowly(), { stepsPerEpoch: 2 });
    expect((await all(steps, 0)).length).toBe(2);
    await expect(all(steps, 1)).rejects.toThrow(/generator function/);
  });

  test("a stream without batches is an error", async () => {
    await expect(all(streamBatches([]))).rejects.toThrow(OptionError);
    await expect(all(streamBatches([], { stepsPerEpoch: 1 }))).rejects.toThrow(OptionError);
    await expect(all(streamBatches(() => []))).rejects.toThrow(OptionError);
  });

  test("close ends the generator", async () => {
    let closed = 0;
    function* endless() {
      try {
        for (let n = 0; ; n++) yield* examples(n);
      } finally {
        closed++;
      }
    }
    const source = streamBatches(endless, { stepsPerEpoch: 2 });
    await all(source, 0);
    expect(closed).toBe(0);
    await source.close!();
    expect(closed).toBe(1);
  });

  test("a batch that is wrong is an error when its turn comes", async () => {
    const source = streamBatches([
      { x: [1], y: [1] },
      { x: [1], y: [1, 2] },
    ]);
    await expect(all(source)).rejects.toThrow(ShapeError);
  });
});
