/** The steps of a map as the C engine runs them: numbered ops, some of them two steps in one, none without use. */
import { type ElementwiseName, elementwiseNames } from "../graph/op.ts";
import type { DType } from "../graph/tensor.ts";
import type { MapInstruction, MapOperand } from "./format.ts";

/** The number of an op in `kernels/elementwise.h`: its place in the list. */
const codeOf = (op: ElementwiseName): number => elementwiseNames.indexOf(op);

/** The first of the ops that are two steps in one: (a ∘ b) + c, (a ∘ b) − c, c − (a ∘ b) and (a ∘ b) · c for each ∘. */
const FIRST_PAIR = elementwiseNames.length;
const pairable: readonly number[] = (["add", "sub", "mul"] as const).map(codeOf);

/** Whether an op may write where it reads. Those made of several vectors at once, up to `pow`, may not. */
export function worksInPlace(code: number): boolean {
  return code > codeOf("pow");
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
  const uses = new Array<number>(steps.length).fill(0);
  for (const { from } of outputs) if (from.kind === "value") uses[from.index]!++;
  for (let index = steps.length - 1; index >= 0; index--) {
    if (uses[index] === 0) continue;
    const { operands } = steps[index]!;
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!;
      if (operand.kind === "value") uses[operand.index]!++;
    }
  }
  return uses;
}

/** The steps that reach an output. A sum, difference or product that is used once, by another, is one step with it. */
export function stepsOf(map: MapInstruction): Step[] {
  const uses = countUses(map);
  /** By the value that they make; none where it is made along the way. */
  const steps = new Array<Step | undefined>(map.steps.length);
  for (let index = 0; index < map.steps.length; index++) {
    if (uses[index] === 0) continue;
    const { op, operands } = map.steps[index]!;
    const code = codeOf(op);
    // A step of the first operand that can be done along the way, or else one of the second.
    let inner: Step | undefined;
    let place = 0;
    if (pairable.includes(code)) {
      inner = absorbable(operands[0]!, steps, uses);
      if (inner === undefined) {
        place = 1;
        inner = absorbable(operands[1]!, steps, uses);
      }
    }
    if (inner === undefined) {
      steps[index] = { code, operands, dtype: op === "toFloat" ? "int32" : "float32", index };
      continue;
    }
    const outer = op === "add" ? 0 : op === "mul" ? 3 : place === 0 ? 1 : 2;
    const pair = FIRST_PAIR + 4 * pairable.indexOf(inner.code) + outer;
    steps[inner.index] = undefined;
    steps[index] = { code: pair, operands: [...inner.operands, operands[1 - place]!], dtype: "float32", index };
  }
  return steps.filter((step) => step !== undefined);
}

/** The operand's step, when it can be done along the way. */
function absorbable(
  operand: MapOperand,
  steps: readonly (Step | undefined)[],
  uses: readonly number[],
): Step | undefined {
  if (operand.kind !== "value" || uses[operand.index] !== 1) return undefined;
  const step = steps[operand.index];
  return step !== undefined && pairable.includes(step.code) ? step : undefined;
}
