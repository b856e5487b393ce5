import fc from "fast-check";
import { expect, test } from "vitest";
import { contiguousStrides, type Shape, sizeOf } from "../graph/tensor.ts";
import { reshapeStrides } from "./draft.ts";

/** The places of all elements in row-major order. */
function places(shape: Shape, strides: readonly number[]): number[] {
  return shape.reduce(
    (found, size, axis) => found.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis]!)),
    [0],
  );
}

/** Strides that read `wanted` under `shape`, by looking at the places themselves. */
function bySearch(shape: Shape, wanted: readonly number[]): number[] | undefined {
  const strides = contiguousStrides(shape).map((step, axis) => (shape[axis] === 1 ? 0 : wanted[step]! - wanted[0]!));
  return places(shape, strides).every((place, i) => place === wanted[i]! - wanted[0]!) ? strides : undefined;
}

/** All ways to write `size` as a product, with some axes of size 1 between. */
const shapeOf = (size: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(5), { maxLength: 4 }).map((choices) => {
    const shape: number[] = [];
    let left = size;
    for (const choice of choices) {
      const divisors = Array.from({ length: left }, (_, i) => i + 1).filter((divisor) => left % divisor === 0);
      const factor = divisors[choice % divisors.length]!;
      shape.push(factor);
      left /= factor;
    }
    return left === 1 ? shape : [...shape, left];
  });

test("strides after a reshape are those that a search finds, or there are none", () => {
  const cases = fc
    .constantFrom(1, 4, 6, 12, 24)
    .chain((size) =>
      fc.tuple(
        shapeOf(size),
        shapeOf(size),
        fc.array(fc.constantFrom(0, 1, 2, 3, 4, 6, 12, -1, -2), { minLength: 5, maxLength: 5 }),
        fc.boolean(),
      ),
    );
  let [found, missing] = [0, 0];
  fc.assert(
    fc.property(cases, ([from, to, random, isRowMajor]) => {
      // Row-major with some axes exchanged or reversed is what views are mostly made of.
      const strides = isRowMajor
        ? contiguousStrides(from).map((stride, i) => (random[i] === -1 ? -stride : stride))
        : random.slice(0, from.length);
      const result = reshapeStrides(from, strides, to);
      const expected = bySearch(to, places(from, strides));
      if (expected === undefined) missing++;
      else found++;
      expect(result === undefined).toBe(expected === undefined);
      if (result !== undefined) expect(places(to, result)).toEqual(places(from, strides));
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect(Math.min(found, missing)).toBeGreaterThan(200);
});

test("row-major memory takes every shape", () => {
  fc.assert(
    fc.property(fc.tuple(shapeOf(24), shapeOf(24)), ([from, to]) => {
      expect(places(to, reshapeStrides(from, contiguousStrides(from), to)!)).toEqual(
        places(from, contiguousStrides(from)),
      );
    }),
    { seed: 1 },
  );
});

test("nothing takes every empty shape", () => {
  expect(sizeOf([2, 0])).toBe(0);
  expect(reshapeStrides([2, 0], [5, 7], [0, 3])).toHaveLength(2);
});
