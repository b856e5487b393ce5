import { describe, expect, test } from "vitest";
import { philox, philoxBlocks, uniform } from "./philox.ts";

const hex = (words: readonly number[]): string[] => words.map((word) => word.toString(16).padStart(8, "0"));

// The known answers of Random123 1.14, tests/kat_vectors, lines "philox4x32 10".
describe("philox 4x32-10", () => {
  test("counter and key of zeros", () => {
    expect(hex(philox([0, 0, 0, 0], [0, 0]))).toEqual(["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]);
  });

  test("counter and key of ones, given as signed words", () => {
    expect(hex(philox([-1, -1, -1, -1], [-1, -1]))).toEqual(["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]);
  });

  test("digits of pi", () => {
    const words = philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]);
    expect(hex(words)).toEqual(["d16cfe09", "94fdcceb", "5001e420", "24126ea1"]);
  });
});

describe("uniform", () => {
  test("takes words in order and keeps their upper 24 bits", () => {
    const words = [...philox([0, 7, 0, 0], [1, 2]), ...philox([1, 7, 0, 0], [1, 2])];
    expect(Array.from(uniform(6, 7, [1, 2]))).toEqual(words.slice(0, 6).map((word) => (word >>> 8) / 2 ** 24));
  });

  test("is uniform on [0, 1)", () => {
    const numbers = uniform(20_000, 0, [3, 4]);
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
    // Standard errors are 0.0020 and 0.0005.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.008);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
    expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
  });
});

test.each([
  [[0, 0], 0, 0, 0],
  [[7, -1], 3, 5, 1],
  [[0xffffffff, 0x80000000], 0xfffffffe, 2 ** 32 - 2, 0xfedcba98],
] as const)(
  "many blocks at once are those of one at a time: key %j, stream %i, from block %i, for use %i",
  (key, stream, first, use) => {
    const words = new Uint32Array(4 * 64);
    philoxBlocks(words, first, stream, key, use);
    const expected = Array.from({ length: 64 }, (_, i) => philox([first + i, stream, use, 0], key)).flat();
    expect([...words]).toEqual(expected);
  },
);
