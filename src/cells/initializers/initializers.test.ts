import { describe, expect, test } from "vitest";
import { OptionError } from "../../errors.ts";
import { generatorOf, type Initializer, initializerNames } from "./index.ts";
import { RandomStream } from "./random-stream.ts";

const draw = (initializer: Initializer, shape: readonly number[], seed = 1, stream = 0) =>
  generatorOf(initializer)(shape, new RandomStream([seed, 0], stream));

const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values: Float64Array) => {
  const center = mean(values);
  return mean(values.map((x) => (x - center) ** 2));
};

describe.each(initializerNames)("%s", (name) => {
  test("gives as many numbers as asked for, the same for the same seed", () => {
    const numbers = draw(name, [4, 4]);
    expect(numbers).toHaveLength(16);
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(draw(name, [4, 4])).toEqual(numbers);
  });
});

test("other seeds and other streams give other numbers", () => {
  const numbers = draw("randomNormal", [8]);
  expect(draw("randomNormal", [8], 2)).not.toEqual(numbers);
  expect(draw("randomNormal", [8], 1, 1)).not.toEqual(numbers);
});

// 200 000 numbers: the variance of uniform and normal numbers is known to about 0.5 %, the mean to 0.003 deviations.
test.each([
  ["glorotUniform", 2 / 1200],
  ["glorotNormal", 2 / 1200],
  ["heUniform", 2 / 200],
  ["heNormal", 2 / 200],
  ["lecunUniform", 1 / 200],
  ["lecunNormal", 1 / 200],
  ["randomUniform", 0.1 ** 2 / 12],
  ["randomNormal", 0.05 ** 2],
] as const)("%s has mean 0 and variance %d for 200 in, 1000 out", (name, expected) => {
  const numbers = draw(name, [200, 1000]);
  expect(Math.abs(mean(numbers))).toBeLessThan(0.012 * Math.sqrt(expected));
  expect(Math.abs(variance(numbers) / expected - 1)).toBeLessThan(0.02);
});

test.each([
  ["fanIn", 3 / 200],
  ["fanOut", 3 / 1000],
  ["fanAvg", 3 / 600],
] as const)("varianceScaling with %s has mean 0 and variance %d for 200 in, 1000 out", (mode, expected) => {
  for (const distribution of ["truncatedNormal", "untruncatedNormal", "uniform"] as const) {
    const numbers = draw({ name: "varianceScaling", scale: 3, mode, distribution }, [200, 1000]);
    expect(Math.abs(mean(numbers)), distribution).toBeLessThan(0.012 * Math.sqrt(expected));
    expect(Math.abs(variance(numbers) / expected - 1), distribution).toBeLessThan(0.02);
  }
});

test("varianceScaling bounds its numbers as its distribution does", () => {
  const most = (distribution: "truncatedNormal" | "untruncatedNormal" | "uniform") =>
    Math.max(...draw({ name: "varianceScaling", distribution }, [100, 1000]).map((x) => Math.abs(x) * 10));
  expect(most("uniform")).toBeLessThan(Math.sqrt(3));
  expect(most("truncatedNormal")).toBeLessThan(2 / 0.8796);
  expect(most("untruncatedNormal")).toBeGreaterThan(3);
});

test("the initializers with names are cases of varianceScaling", () => {
  const numbers = (initializer: Initializer) => Array.from(draw(initializer, [3, 5, 7]));
  const scaled = (scale: number, mode: "fanIn" | "fanAvg", distribution: "uniform" | "truncatedNormal") =>
    numbers({ name: "varianceScaling", scale, mode, distribution });
  expect(numbers("glorotUniform")).toEqual(scaled(1, "fanAvg", "uniform"));
  expect(numbers("glorotNormal")).toEqual(scaled(1, "fanAvg", "truncatedNormal"));
  expect(numbers("heUniform")).toEqual(scaled(2, "fanIn", "uniform"));
  expect(numbers("heNormal")).toEqual(scaled(2, "fanIn", "truncatedNormal"));
  expect(numbers("lecunUniform")).toEqual(scaled(1, "fanIn", "uniform"));
  expect(numbers("lecunNormal")).toEqual(numbers("varianceScaling"));
});

test.each([
  [6, 6],
  [5, 5],
  [4, 12],
])("rotation turns pairs of units, and each block of [%d, %d] its own way", (rows, columns) => {
  const numbers = draw({ name: "rotation", gain: 2 }, [rows, columns]);
  const angles: number[] = [];
  for (let block = 0; block < columns; block += rows) {
    const at = (row: number, column: number) => numbers[row * columns + block + column]!;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        const product = Array.from({ length: rows }, (_, k) => at(i, k) * at(j, k)).reduce((sum, x) => sum + x, 0);
        expect(product).toBeCloseTo(i === j ? 4 : 0, 12);
        if (Math.floor(i / 2) !== Math.floor(j / 2)) expect(at(i, j)).toBe(0);
      }
    }
    for (let i = 0; i + 1 < rows; i += 2) {
      // A rotation, without a reflection: the complex number cos θ + i sin θ.
      expect([at(i + 1, i + 1), at(i + 1, i)]).toEqual([at(i, i), -at(i, i + 1)]);
      angles.push(Math.atan2(at(i, i + 1), at(i, i)));
    }
    if (rows % 2 === 1) expect(at(rows - 1, rows - 1)).toBe(2);
  }
  expect(new Set(angles).size).toBe(angles.length);
});

test("the angles of rotations are even up to the largest", () => {
  const units = 1000;
  const numbers = draw({ name: "rotation", maxAngle: 0.5 }, [units, units]);
  const angles = Float64Array.from({ length: units / 2 }, (_, pair) => Math.asin(numbers[2 * pair * (units + 1) + 1]!));
  expect(angles.every((angle) => Math.abs(angle) <= 0.5)).toBe(true);
  // 500 angles: the mean is known to 0.05 deviations, the variance to about 4 %.
  expect(Math.abs(mean(angles))).toBeLessThan(0.03);
  expect(Math.abs(variance(angles) / (0.5 ** 2 / 3) - 1)).toBeLessThan(0.1);
});

test("truncatedNormal stays within two deviations", () => {
  const numbers = draw({ name: "truncatedNormal", mean: 3, stddev: 0.5 }, [10_000]);
  expect(numbers.every((x) => Math.abs(x - 3) < 1)).toBe(true);
  expect(Math.abs(mean(numbers) - 3)).toBeLessThan(0.02);
});

test.each([
  [6, 6],
  [3, 12],
  [12, 3],
])("orthogonal makes the shorter side of [%d, %d] orthonormal", (rows, columns) => {
  const numbers = draw({ name: "orthogonal", gain: 2 }, [rows, columns]);
  const at = (row: number, column: number) => numbers[row * columns + column]!;
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  const entry = (vector: number, place: number) => (rows < columns ? at(vector, place) : at(place, vector));
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      let product = 0;
      for (let k = 0; k < length; k++) product += entry(i, k) * entry(j, k);
      expect(product).toBeCloseTo(i === j ? 4 : 0, 12);
    }
  }
});

test("constants and identity are what they say", () => {
  expect(Array.from(draw({ name: "constant", value: 0.5 }, [2]))).toEqual([0.5, 0.5]);
  expect(Array.from(draw({ name: "identity", gain: 3 }, [2, 3]))).toEqual([3, 0, 0, 0, 3, 0]);
});

test("what makes no sense is an error", () => {
  expect(() => generatorOf("nope" as Initializer)).toThrow(OptionError);
  expect(() => generatorOf({ name: "constant", val: 1 } as Initializer)).toThrow("val");
  expect(() => generatorOf({ name: "randomUniform", low: 1, high: 0 })).toThrow(OptionError);
  for (const name of ["randomNormal", "truncatedNormal"] as const) {
    expect(() => generatorOf({ name, stddev: -1 })).toThrow(OptionError);
  }
  expect(() => draw("identity", [3])).toThrow("matrix");
  expect(() => draw("rotation", [3, 4])).toThrow(
    "a square matrix for the rotation initializer, or several side by side",
  );
  expect(() => generatorOf({ name: "rotation", maxAngle: 0 })).toThrow(OptionError);
  expect(() => generatorOf({ name: "varianceScaling", scale: 0 })).toThrow(OptionError);
  expect(() => generatorOf({ name: "varianceScaling", mode: "fanUp" as "fanIn" })).toThrow("`mode` to be one of fanIn");
});
