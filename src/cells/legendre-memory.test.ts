import { expect, test } from "vitest";
import { legendreMemory } from "./legendre-memory.ts";

test("a memory of one number is a leaky mean", () => {
  const { transition, input } = legendreMemory(1, 5);
  expect(transition[0]![0]).toBeCloseTo(Math.exp(-1 / 5), 14);
  expect(input[0]).toBeCloseTo(1 - Math.exp(-1 / 5), 14);
});

/** Legendre polynomials of 2r − 1, by their recurrence. */
function shifted(order: number, r: number): number[] {
  const x = 2 * r - 1;
  const values = [1, x];
  for (let n = 1; values.length < order; n++)
    values.push(((2 * n + 1) * x * values[n]! - n * values[n - 1]!) / (n + 1));
  return values.slice(0, order);
}

test.each([
  [8, 40],
  [32, 128],
])("a memory of %i numbers holds the last %i steps", (order, theta) => {
  const { transition, input } = legendreMemory(order, theta);
  const signal = (t: number) => Math.sin((2 * Math.PI * t) / (1.5 * theta)) + 0.3 * Math.cos(t / (0.3 * theta));
  let m: number[] = Array(order).fill(0);
  const end = 6 * theta;
  for (let t = 0; t <= end; t++) {
    m = input.map((b, j) => m.reduce((sum, value, i) => sum + value * transition[i]![j]!, b * signal(t)));
  }
  // Held for a step, the signal is half a step late.
  for (const share of [0, 0.25, 0.5, 1]) {
    const found = shifted(order, share).reduce((sum, p, i) => sum + p * m[i]!, 0);
    expect(Math.abs(found - signal(end + 0.5 - share * theta)), `${share}`).toBeLessThan(0.02);
  }
});
