import { expect, test } from "vitest";
import { median, noiseBetween, standings, typicalError } from "./standing.ts";

test("the median of seeds counts", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1])).toBe(2.5);
  expect(
    typicalError([
      [1, 3],
      [9, 11],
      [4, 6],
    ]),
  ).toBe(5);
});

test("noise is two standard errors, over seeds and over forecasts in pairs", () => {
  // Without seeds: differences −1 and −3 have the standard error 1.
  expect(noiseBetween([[1, 2]], [[2, 5]])).toBeCloseTo(2, 12);
  // A difference that is the same everywhere is no noise, however much the errors vary.
  expect(noiseBetween([[1, 100]], [[2, 101]])).toBe(0);
  // Means of seeds 1, 3 have the standard error 1.
  expect(noiseBetween([[1], [3]], [[5]])).toBeCloseTo(2, 12);
});

test("what is worse by no more than noise is a draw", () => {
  const steady = [[10, 10, 10]];
  expect(standings([[[11, 11, 11]], steady, [[10, 10, 10]]])).toEqual(["worse", "best", "draw"]);
  expect(standings([[[12, 10, 9]], steady])).toEqual(["draw", "best"]);
  expect(standings([[[9.4], [10.2], [11]], [[10]]])).toEqual(["draw", "best"]);
});
