/** The steps of a map as the C engine runs them: numbered ops, some of them two steps in one, none without use. */
import type { ElementwiseName } from "../graph/op.ts";
import type { DType } from "../graph/tensor.ts";
import type { MapInstruction, MapOperand } from "./format.ts";

/** The numbers of the ops in `kernels/elementwise.h`. */
const codes: Readonly<Record<ElementwiseName, number>> = {
  exp: 0,
  log: 1,
  log1p: 2,
  tanh: 3,
  sigmoid: 4,
  sin: 5,
  cos: 6,
  pow: 7,
  neg: 8,
  abs: 9,
  sign: 10,
  floor: 11,
  sqrt: 12,
  toFloat: 13,
  toInt: 14,
  add: 15,
  sub: 16,
  mul: 17,
  div: 18,
  maximum: 19,
  minimum: 20,
  less: 21,
  lessEqual: 22,
  equal: 23,
  select: 24,
};

/** The first of the ops that are two steps in one: (a ∘ b) + c, (a ∘ b) − c, c − (a ∘ b) and (a ∘ b) · c for each ∘. */
const FIRST_PAIR = 25;
const pairable: readonly ElementwiseName[] = ["add", "sub", "mul"];

/** Whether an op may write where it reads. Those made of several vectors at once, up to `pow`, may not. */
export function worksInPlace(code: number): boolean {
  return code > codes.pow;
}

export interface Step {
  readonly code: number;
  readonly operands: readonly MapOperand[];
  /** What number operands are. */
  readonly dtype: DType;
  /** The value of the map that this makes. */
  readonly index: number;
}

/** How many operands and outputs take each value, counting only what reaches an output. */
function countUses({ steps, outputs }: MapInstruction): number[] {
  const uses = steps.map(() => 0);
  const use = (operand: MapOperand): void => {
    if (operand.kind === "value") uses[operand.index]!++;
  };
  for (const { from } of outputs) use(from);
  for (const [index, { operands }] of [...steps.entries()].reverse()) {
    if (uses[index]! > 0) operands.forEach(use);
  }
  return uses;
}

/** The steps that reach an output. A sum, difference or product that is used once, by another, is one step with it. */
export function stepsOf(map: MapInstruction): Step[] {
  const uses = countUses(map);
  const steps = new Map<number, Step>();
  /** The operand's step, when it can be done along the way. */
  const absorbable = (operand: MapOperand): Step | undefined => {
    if (operand.kind !== "value" || uses[operand.index] !== 1) return undefined;
    const step = steps.get(operand.index);
    return step !== undefined && pairable.some((op) => codes[op] === step.code) ? step : undefined;
  };
  for (const [index, { op, operands }] of map.steps.entries()) {
    if (uses[index] === 0) continue;
    const place = pairable.includes(op) ? operands.findIndex((operand) => absorbable(operand) !== undefined) : -1;
    if (place < 0) {
      steps.set(index, { code: codes[op], operands, dtype: op === "toFloat" ? "int32" : "float32", index });
      continue;
    }
    const inner = absorbable(operands[place]!)!;
    const outer = op === "add" ? 0 : op === "mul" ? 3 : place === 0 ? 1 : 2;
    const code = FIRST_PAIR + 4 * pairable.findIndex((name) => codes[name] === inner.code) + outer;
    steps.delete(inner.index);
    steps.set(index, { code, operands: [...inner.operands, operands[1 - place]!], dtype: "float32", index });
  }
  return [...steps.values()];
}
