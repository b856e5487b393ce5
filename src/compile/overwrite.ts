/**
 * Lets a step write over what it reads for the last time. Back through time, a map reads what the forward pass has kept of
 * a step, the gates say, and makes their gradients: these may lie where the gates lay. That saves the memory of the
 * gates, and the step writes to lines that it has just read.
 *
 * What is kept has to lie as what is written then, row by row beside one another, where it lay in arrays of its own.
 */
import { sameShape } from "../graph/tensor.ts";
import { ARENA, type Instruction, type MapInstruction, type MapStep, type View } from "../program/format.ts";
import type { Draft, MemoryBuffer } from "./draft.ts";
import { readsOf, writesOf } from "./plan.ts";

/** Rows of kept arrays stay whole vectors of every engine. */
const WHOLE_VECTORS = 16;

/** An instruction that touches a buffer, and where it stands. */
interface Touch {
  readonly draft: Draft;
  readonly instruction: Instruction;
  readonly isWrite: boolean;
  /** Place in the program. */
  readonly time: number;
  /** Place in the body of the scan there; `undefined` for the other parts of a scan, and outside of scans. */
  readonly inBody: number | undefined;
}

/** Settles which buffers lie in others; places are not given yet. */
export function overwrite(instructions: readonly Instruction[]): void {
  const touches = touchesOf(instructions);
  for (let time = 0; time < instructions.length; time++) {
    const scan = instructions[time]!;
    if (scan.kind !== "scan") continue;
    for (let at = 0; at < scan.body.length; at++) {
      const map = scan.body[at]!;
      if (map.kind === "map" && map.shape.length === 2) overwriteIn(map, scan.steps, time, at, touches);
    }
  }
}

function touchesOf(instructions: readonly Instruction[]): Map<MemoryBuffer, Touch[]> {
  const found = new Map<MemoryBuffer, Touch[]>();
  const touch = (instruction: Instruction, views: readonly View[], rest: Omit<Touch, "draft" | "instruction">) => {
    for (const draft of views as Draft[]) {
      if (draft.slot !== ARENA) continue;
      const list = found.get(draft.memory);
      if (list === undefined) found.set(draft.memory, [{ draft, instruction, ...rest }]);
      else list.push({ draft, instruction, ...rest });
    }
  };
  const add = (instruction: Instruction, time: number, inBody?: number) => {
    touch(instruction, readsOf(instruction), { isWrite: false, time, inBody });
    touch(instruction, writesOf(instruction), { isWrite: true, time, inBody });
  };
  for (let time = 0; time < instructions.length; time++) {
    const instruction = instructions[time]!;
    if (instruction.kind !== "scan") {
      add(instruction, time);
      continue;
    }
    const { before, body, idle, after } = instruction;
    for (const other of [...before, ...(idle?.body ?? []), ...after]) add(other, time);
    for (let at = 0; at < body.length; at++) add(body[at]!, time, at);
    if (idle) touch(instruction, [idle.mask], { isWrite: false, time, inBody: undefined });
  }
  return found;
}

/** Finds inputs of a map in the body of a scan that may lie where its outputs do. */
function overwriteIn(
  { shape, inputs, steps: mapSteps, outputs }: MapInstruction,
  steps: number,
  time: number,
  at: number,
  touches: ReadonlyMap<MemoryBuffer, readonly Touch[]>,
): void {
  const [rows, columns] = shape as readonly [number, number];
  if (columns % WHOLE_VECTORS !== 0) return;
  const isLastRead = ({ draft, instruction, isWrite, time: when, inBody = Number.POSITIVE_INFINITY }: Touch) =>
    instruction.kind === "map" &&
    sameShape(instruction.shape, shape) &&
    sameShape(draft.strides, [columns, 1]) &&
    draft.start === 0 &&
    draft.timeStride === rows * columns &&
    (when < time || (when === time && !isWrite && inBody <= at));
  const free = inputs.map((view) => {
    const { memory } = view as Draft;
    return memory.size === steps * rows * columns && touches.get(memory)?.every(isLastRead);
  });
  for (const { view, from } of outputs) {
    const to = view as Draft;
    const { memory, start, strides, timeStride } = to;
    const row = strides[0]!;
    // Nobody looks at the buffer before, and in the scan at the step's own part of it alone.
    const isFresh = (touch: Touch) =>
      touch.time > time ||
      (touch.time === time &&
        touch.draft.timeStride === timeStride &&
        touch.draft.start < row &&
        (touch.inBody === undefined ? touch.isWrite : touch.inBody >= at));
    const isSlice =
      strides[1] === 1 &&
      timeStride === rows * row &&
      memory.size === steps * timeStride &&
      start + columns <= row &&
      touches.get(memory)?.every(isFresh);
    if (from.kind !== "value" || !isSlice) continue;
    // An input that is read later would have to be taken aside.
    const chosen = free.findIndex((isFree, input) => isFree && lastRead(mapSteps, input) <= from.index);
    if (chosen < 0) continue;
    free[chosen] = false;
    (inputs[chosen] as Draft).memory.lieIn(to);
  }
}

/** The last step of a map that reads an input. */
function lastRead(steps: readonly MapStep[], input: number): number {
  return steps.findLastIndex(({ operands }) => operands.some((x) => x.kind === "input" && x.index === input));
}
