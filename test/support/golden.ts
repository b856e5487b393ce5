/** What the golden files hold (see test/parity/README.md), and how near to them an engine must come. */
import type { EngineName, NumericArray } from "rondo";
import { expect } from "vitest";

/** An array as the files write it, row-major. */
export interface Golden {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** How far float32 may be from the files: `absolute + relative · |expected|`. */
export interface Tolerance {
  readonly absolute: number;
  /** @default 0 */
  readonly relative?: number;
}

export interface GoldenFile<Case> {
  readonly tolerance: Tolerance;
  readonly cases: readonly Case[];
}

/**
 * For float64, the nine digits of the files and a slope of PyTorch's hardsigmoid, whose 1/6 has float32 in it and is off
 * by 3e-8 of itself; for float32, the tolerance of the file.
 */
export function toleranceOn(engine: EngineName, float32: Tolerance): Tolerance {
  return engine === "reference" ? { absolute: 1e-8, relative: 3e-8 } : float32;
}

/** The array, in float64, for a model. */
export function array({ shape, data }: Golden): NumericArray {
  return { shape, data: Float64Array.from(data) };
}

/** Expects the numbers of the file, each as near as `tolerance` says. */
export function expectNear(
  found: ArrayLike<number>,
  expected: Golden | readonly number[],
  { absolute, relative = 0 }: Tolerance,
  about: string,
): void {
  const wanted = "data" in expected ? expected.data : expected;
  const got = Array.from(found);
  const isNear = (value: number, i: number) =>
    Math.abs(value - wanted[i]!) <= absolute + relative * Math.abs(wanted[i]!);
  if (got.length === wanted.length && got.every(isNear)) return;
  const furthest = Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!)));
  expect(got, `${about}, off by up to ${furthest}`).toEqual(wanted);
}

/** As above for an array, whose shape must be that of the file. */
export function expectArray(found: NumericArray, expected: Golden, tolerance: Tolerance, about: string): void {
  expect(found.shape, `shape of ${about}`).toEqual(expected.shape);
  expectNear(found.data, expected, tolerance, about);
}
