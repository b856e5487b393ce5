/** Elementwise work: a chain of steps over equal shapes. */
import type { Op } from "../../graph/op.ts";
import { elementwiseOps } from "../../graph/ops/index.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { MapInstruction, MapOperand } from "../../program/format.ts";
import { type Frame, load, locate, requireApart, store } from "./memory.ts";

/** Applies a function of one to three numbers along its operands, spelt out for each count because it is the hot loop. */
function applyScalar(
  scalar: NonNullable<Op["scalar"]>,
  [a, b, c]: readonly Float64Array[],
  size: number,
): Float64Array {
  const result = new Float64Array(size);
  for (let index = 0; index < size; index++) {
    if (c !== undefined) result[index] = scalar(a![index]!, b![index]!, c[index]!);
    else if (b !== undefined) result[index] = scalar(a![index]!, b[index]!);
    else result[index] = scalar(a![index]!);
  }
  return result;
}

export function runMap(map: MapInstruction, shape: readonly number[], frame: Frame): void {
  const inputs = map.inputs.map((view) => locate(view, shape, frame, true));
  const outputs = map.outputs.map(({ view }) => locate(view, shape, frame, true));
  for (const [index, output] of outputs.entries()) {
    requireApart(output, inputs, true);
    requireApart(output, outputs.slice(0, index));
  }

  const inputValues = inputs.map(load);
  const stepValues: Float64Array[] = [];
  const size = sizeOf(shape);
  const valuesOf = (operand: MapOperand): Float64Array => {
    if (operand.kind === "number") return new Float64Array(size).fill(operand.value);
    return (operand.kind === "input" ? inputValues : stepValues)[operand.index]!;
  };
  for (const { op, operands } of map.steps) {
    const { scalar } = elementwiseOps[op];
    stepValues.push(applyScalar(scalar!, operands.map(valuesOf), size));
  }
  for (const [index, { from }] of map.outputs.entries()) store(outputs[index]!, valuesOf(from));
}
