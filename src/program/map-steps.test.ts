import { expect, test } from "vitest";
import type { MapInstruction, MapOperand, MapStep } from "./format.ts";
import { stepsOf } from "./map-steps.ts";

const input = (index: number): MapOperand => ({ kind: "input", index });
const value = (index: number): MapOperand => ({ kind: "value", index });
const step = (op: MapStep["op"], ...operands: MapOperand[]): MapStep => ({ op, operands });

/** The values that are made, with their operands, of a map that stores `stored`. */
function made(steps: readonly MapStep[], ...stored: readonly number[]): [number, readonly MapOperand[]][] {
  const view = { slot: 3, offset: 0, strides: [1], timeStride: 0, dtype: "float32" } as const;
  const outputs = stored.map((index) => ({ view, from: value(index) }));
  const map: MapInstruction = { kind: "map", shape: [1], inputs: [view, view, view], steps, outputs };
  return stepsOf(map).map(({ index, operands }) => [index, operands]);
}

test("steps without use are left out, and what only they use", () => {
  const steps = [step("exp", input(0)), step("tanh", value(0)), step("exp", input(1))];
  expect(made(steps, 2)).toEqual([[2, [input(1)]]]);
});

test("a product used once, by a sum, is one step with it", () => {
  const steps = [step("mul", input(0), input(1)), step("add", input(2), value(0))];
  expect(made(steps, 1)).toEqual([[1, [input(0), input(1), input(2)]]]);
});

test("a value used twice or stored stays a step of its own", () => {
  const product = step("mul", input(0), input(1));
  expect(made([product, step("add", value(0), value(0))], 1)).toHaveLength(2);
  expect(made([product, step("add", value(0), input(2)), step("sub", value(0), value(1))], 2)).toHaveLength(2);
  expect(made([product, step("add", value(0), input(2))], 0, 1)).toHaveLength(2);
});

test("only two steps are joined, and only sums, differences and products", () => {
  const steps = [step("add", input(0), input(1)), step("add", value(0), input(2)), step("mul", value(1), input(0))];
  expect(made(steps, 2).map(([index]) => index)).toEqual([1, 2]);
  expect(made([step("div", input(0), input(1)), step("add", value(0), input(2))], 1)).toHaveLength(2);
  expect(made([step("add", input(0), input(1)), step("div", value(0), input(2))], 1)).toHaveLength(2);
});
