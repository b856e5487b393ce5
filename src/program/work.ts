/** How much there is to do in a program, roughly: multiply-adds of products, and operations on elements. */
import { sizeOf } from "../graph/tensor.ts";
import type { Instruction, Program } from "./format.ts";

/** Operations that an elementwise step is worth, functions such as exp among them. */
const PER_STEP = 4;

function workOfInstruction(instruction: Instruction): number {
  switch (instruction.kind) {
    case "scan": {
      const { before, body, after, steps } = instruction;
      return workOfAll(before) + steps * workOfAll(body) + workOfAll(after);
    }
    case "loop":
      return instruction.steps * workOfAll(instruction.body);
    case "matmul":
      return sizeOf(instruction.shape) * (instruction.k + (instruction.also?.k ?? 0));
    case "map":
      return sizeOf(instruction.shape) * PER_STEP * (instruction.steps.length + instruction.outputs.length);
    case "reduce":
      return sizeOf(instruction.shape) * sizeOf(instruction.reduced);
    case "random":
      return instruction.size * PER_STEP;
    default:
      return sizeOf(instruction.shape);
  }
}

function workOfAll(instructions: readonly Instruction[]): number {
  return instructions.reduce((total, instruction) => total + workOfInstruction(instruction), 0);
}

/** Operations of one run. */
export function workOf({ instructions }: Pick<Program, "instructions">): number {
  return workOfAll(instructions);
}
