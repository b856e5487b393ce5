import { describe, expect, test } from "vitest";
import { windows } from "./windows.ts";

describe("windows", () => {
  test("one variable", () => {
    const { x, y } = windows([1, 2, 3, 4, 5], { size: 3 });
    expect(x.shape).toEqual([2, 3, 1]);
    expect([...x.data]).toEqual([1, 2, 3, 2, 3, 4]);
    expect([...y.data]).toEqual([4, 5]);
  });

  test("several variables, a horizon and a stride", () => {
    const rows = [1, 2, 3, 4, 5, 6].map((n) => [n, 10 * n]);
    const { x, y } = windows(rows, { size: 2, horizon: 2, stride: 2, target: 1 });
    expect(x.shape).toEqual([2, 2, 2]);
    expect([...x.data]).toEqual([1, 10, 2, 20, 3, 30, 4, 40]);
    expect([...y.data]).toEqual([30, 40, 50, 60]);
  });

  test.each([
    [() => windows([1, 2], { size: 2 }), /at least 3 time steps \(window 2 and horizon 1\), got 2: shorten/],
    [() => windows([[1], [1, 2], [3]], { size: 1 }), /1 variables per time step, got 2 in row 1/],
    [() => windows([1, 2, 3], { size: 1, target: 1 }), /`target` below 1 variables, got 1/],
    [() => windows([1, 2, 3], { size: 0 }), /`size` to be an integer of at least 1, got 0/],
  ])("refuses what makes no sense (%#)", (make, message) => expect(make).toThrow(message));
});
