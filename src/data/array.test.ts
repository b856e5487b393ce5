import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { type ArrayLikeInput, isArrayInput, type NestedArray, toNumericArray } from "./array.ts";

const wrong = (value: unknown) => () => toNumericArray(value as ArrayLikeInput, "x");

describe("nested arrays", () => {
  test("any shape comes back from its nesting", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, (shape) => {
        let next = 0;
        const nest = (sizes: number[]): NestedArray =>
          sizes.length === 1
            ? Array.from({ length: sizes[0]! }, () => next++)
            : Array.from({ length: sizes[0]! }, () => nest(sizes.slice(1)));
        const { data, shape: found } = toNumericArray(nest(shape));
        expect(found).toEqual(shape);
        expect(data).toEqual(Float32Array.from({ length: next }, (_, i) => i));
      }),
    );
  });

  test("the innermost may be typed arrays", () => {
    const { data, shape } = toNumericArray([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
    expect(shape).toEqual([2, 2]);
    expect(data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  test("NaN and infinity are numbers", () => {
    expect(Array.from(toNumericArray([Number.NaN, -Infinity]).data)).toEqual([Number.NaN, -Infinity]);
  });

  test("may be empty", () => {
    expect(toNumericArray([]).shape).toEqual([0]);
    expect(toNumericArray([[], []]).shape).toEqual([2, 0]);
    expect(toNumericArray([[], []]).data.length).toBe(0);
  });

  test("name the place where they are ragged or hold no number", () => {
    expect(wrong([[1, 2], [3]])).toThrow("Expected an array of length 2 at x[1], like the first one, got length 1");
    expect(
      wrong([
        [[1], [2]],
        [[1], [2, 3]],
      ]),
    ).toThrow("at x[1][1]");
    expect(wrong([[1], 2])).toThrow(/array of length 1 at x\[1\], like the first one, got 2/);
    expect(wrong([1, [2]])).toThrow(/a number at x\[1\]/);
    expect(wrong([[], [1]])).toThrow(/at x\[1\]/);
    expect(wrong([1, null])).toThrow(/a number at x\[1\], got null: write NaN for a missing value/);
    expect(wrong([[1, "2"]])).toThrow(/a number at x\[0\]\[1\], got "2"/);
    expect(wrong([1, undefined])).toThrow(ShapeError);
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    expect(wrong([1, , 3])).toThrow(/a number at x\[1\]/);
    expect(wrong([1n])).toThrow(ShapeError);
  });
});

describe("typed arrays", () => {
  test("keep their numbers, uncopied where they can", () => {
    for (const data of [Float32Array.of(1, 2), Float64Array.of(1, 2), Int32Array.of(1, 2)]) {
      expect(toNumericArray(data)).toEqual({ data, shape: [2] });
      expect(toNumericArray({ data, shape: [1, 2] }).data).toBe(data);
    }
    expect(toNumericArray(Uint8Array.of(255))).toEqual({ data: Int32Array.of(255), shape: [1] });
    expect(toNumericArray(Int16Array.of(-5))).toEqual({ data: Int32Array.of(-5), shape: [1] });
    expect(toNumericArray(Uint32Array.of(2 ** 32 - 1))).toEqual({ data: Float64Array.of(2 ** 32 - 1), shape: [1] });
  });

  test("must fit their shape", () => {
    const data = Float32Array.of(1, 2, 3);
    expect(toNumericArray({ data, shape: [3, 1] }).shape).toEqual([3, 1]);
    expect(wrong({ data, shape: [2, 2] })).toThrow("Expected the shape of x to hold its 3 numbers, got [2, 2].");
    expect(wrong({ data, shape: [-1, -3] })).toThrow(ShapeError);
    expect(wrong({ data, shape: [1.5, 2] })).toThrow(ShapeError);
    expect(wrong({ data })).toThrow(ShapeError);
    expect(wrong(BigInt64Array.of(1n))).toThrow(ShapeError);
    expect(wrong(new DataView(new ArrayBuffer(4)))).toThrow(ShapeError);
  });
});

test("what is no array is an error", () => {
  for (const value of [1, "1", null, undefined, {}, { data: [1], shape: [1] }, () => 1]) {
    expect(wrong(value)).toThrow(ShapeError);
  }
});

test("an object of arrays is told from an array", () => {
  expect(isArrayInput({ data: Float32Array.of(1), shape: [1] })).toBe(true);
  expect(isArrayInput([[1]])).toBe(true);
  expect(isArrayInput({ price: [1], volume: [2] })).toBe(false);
  expect(isArrayInput(null)).toBe(false);
});
