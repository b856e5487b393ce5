import { expect, test } from "vitest";
import { spectralRadius } from "./spectral-radius.ts";

test.each([
  ["a turn by a right angle", [0, -0.7, 0.7, 0], 2, 0.7],
  ["a triangle", [0.5, 9, 0, -0.25], 2, 0.5],
  ["a negative eigenvalue", [-2, 0, 0, 0, 1, 0, 0, 0, 0.5], 3, 2],
  ["nothing", [0, 0, 0, 0], 2, 0],
  ["what is gone after two steps", [0, 1, 0, 0], 2, 0],
])("of %s", (_what, matrix, size, expected) => {
  expect(spectralRadius(Float64Array.from(matrix), size)).toBeCloseTo(expected, 2);
});
