import { describe, expect, test } from "vitest";
import { featureScales, inputsAt, scaleFeatures, spread, targetsAt, weightsAt } from "./samples.ts";

const values = Float64Array.from({ length: 12 }, (_, n) => n * n);

describe("samples", () => {
  test("a window holds distances, level and phase, and ends at its origin", () => {
    const { data, shape } = inputsAt(values, [5, 6], { window: 2, horizon: 3, season: 4, cycles: [4] });
    expect(shape).toEqual([2, 2, 5]);
    // Step 4: 16 - 25, 16 - 0, 16, phase of 4 in 4; step 5: 25 - 25, 25 - 1, 25, phase of 5 in 4.
    const expected = [-9, 16, 16, 0, 1, 0, 24, 25, 1, 0];
    for (const [index, value] of expected.entries()) expect(data[index]).toBeCloseTo(value, 5);
  });

  test("the season before the series counts as unchanged", () => {
    const { data } = inputsAt(values, [4], { window: 4, horizon: 1, season: 4, cycles: [] });
    expect(data[1]).toBe(0);
    expect(data[3 * 3 + 1]).toBe(16);
  });

  test("without a season there is no seasonal distance", () => {
    expect(inputsAt(values, [5], { window: 3, horizon: 1, season: 1, cycles: [] }).shape).toEqual([1, 3, 2]);
  });

  test("features are divided by their root mean square and cut off far outside", () => {
    const inputs = { data: Float32Array.from([3, 0, -4, 0]), shape: [1, 2, 2] };
    expect([...featureScales(inputs)]).toEqual([Math.sqrt(12.5), 1]);
    expect([
      ...scaleFeatures({ data: Float32Array.from([100, 2]), shape: [1, 1, 2] }, Float64Array.from([1, 2])).data,
    ]).toEqual([5, 1]);
  });

  test("targets follow their origin; their weight is the share that was measured", () => {
    expect(targetsAt(values, [2], 2).map((row) => [...row])).toEqual([[9, 16]]);
    expect([...weightsAt(Uint8Array.from([1, 1, 0, 1, 0, 0]), [0, 1, 3], 2)]).toEqual([0.5, 0.5, 0]);
  });

  test("spread keeps both ends", () => {
    expect(spread(3, 6, 10)).toEqual([3, 4, 5, 6]);
    expect(spread(0, 100, 3)).toEqual([0, 50, 100]);
    expect(spread(5, 4, 3)).toEqual([]);
  });
});
