import { expect, test } from "vitest";
import { mergeDimensions } from "./dimensions.ts";

test("merges what every view walks through in one stride", () => {
  const { shape, strides, unit } = mergeDimensions(
    [4, 3, 5],
    [
      [15, 5, 1],
      [15, 5, 1],
    ],
  );
  expect({ shape, strides, unit }).toEqual({ shape: [60], strides: [[1], [1]], unit: 15 });
});

test("keeps dimensions apart where one view repeats, turns or has a gap", () => {
  expect(
    mergeDimensions(
      [4, 5],
      [
        [5, 1],
        [0, 1],
      ],
    ),
  ).toEqual({
    shape: [4, 5],
    strides: [
      [5, 1],
      [0, 1],
    ],
    unit: 1,
  });
  expect(mergeDimensions([4, 5], [[1, 4]])).toEqual({ shape: [4, 5], strides: [[1, 4]], unit: 1 });
  expect(mergeDimensions([4, 3, 5], [[18, 6, 1]])).toEqual({ shape: [12, 5], strides: [[6, 1]], unit: 3 });
});

test("drops dimensions of size 1, whatever their strides", () => {
  expect(mergeDimensions([1, 4, 1, 5], [[99, 5, 77, 1]])).toEqual({ shape: [20], strides: [[1]], unit: 20 });
  expect(mergeDimensions([4, 1], [[3, 0]])).toEqual({ shape: [4], strides: [[3]], unit: 1 });
});

test("repeats merge with repeats", () => {
  expect(
    mergeDimensions(
      [4, 5],
      [
        [0, 0],
        [5, 1],
      ],
    ),
  ).toEqual({ shape: [20], strides: [[0], [1]], unit: 5 });
});

test("a shape without dimensions has one element", () => {
  expect(mergeDimensions([], [[]])).toEqual({ shape: [1], strides: [[0]], unit: 1 });
});
