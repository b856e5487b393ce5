/** Numbers for tests: made, compared, differentiated. */
import { expect } from "vitest";

/** `size` numbers without pattern, within [−1, 1]; another `seed` gives others. */
export function wave(size: number, seed = 0): Float64Array {
  return Float64Array.from({ length: size }, (_, index) => Math.sin(12.9898 * (index + 1) + 7.233 * (seed + 1)));
}

/** Expects equal numbers, each within `tolerance` times its size (but at least times 1); NaN equals NaN. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  about = "numbers",
): void {
  const isClose = (a: number, b: number) =>
    Number.isFinite(a) && Number.isFinite(b)
      ? Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))
      : a === b || (Number.isNaN(a) && Number.isNaN(b));
  const [got, wanted] = [Array.from(actual), Array.from(expected)];
  if (got.length === wanted.length && got.every((value, index) => isClose(value, wanted[index]!))) return;
  expect(got, about).toEqual(wanted);
}

/** The derivatives of `valueAt` by every number of every list in `at`, from central differences. */
export async function finiteDifferences(
  valueAt: (lists: readonly Float64Array[]) => Promise<number>,
  at: readonly Float64Array[],
  step = 1e-5,
): Promise<Float64Array[]> {
  const moved = (list: number, index: number, by: number) =>
    valueAt(
      at.map((values, k) => (k === list ? values.map((value, i) => (i === index ? value + by : value)) : values)),
    );
  const found: Float64Array[] = [];
  for (const [list, values] of at.entries()) {
    const derivatives = new Float64Array(values.length);
    for (let index = 0; index < values.length; index++) {
      derivatives[index] = ((await moved(list, index, step)) - (await moved(list, index, -step))) / (2 * step);
    }
    found.push(derivatives);
  }
  return found;
}
