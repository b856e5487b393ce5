/**
 * Lets a step write over what it reads for the last time. Back through time, a map reads what the forward pass has kept of
 * a step, the gates say, and makes their gradients: these may lie where the gates lay. That saves the memory of the
 * gates, and the step writes to lines that it has just read.
 *
 * What is kept has to lie as what is written then, row by row beside one another, where it lay in arrays of its own.
 */
import { sameShape } from "../graph/tensor.ts";
import { ARENA, type Instruction, type MapInstruction, type ScanInstruction, type View } from "../program/format.ts";
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
      if (map.kind === "map" && map.shape.length === 2) overwriteIn(map, scan, time, at, touches);
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
  map: MapInstruction,
  { steps }: ScanInstruction,
  time: number,
  at: number,
  touches: ReadonlyMap<MemoryBuffer, readonly Touch[]>,
): void {
  const [rows, columns] = map.shape as readonly [number, number];
  if (columns % WHOLE_VECTORS !== 0) return;
  const isLastRead = ({ draft, instruction, isWrite, time: when, inBody }: Touch) =>
    instruction.kind === "map" &&
    sameShape(instruction.shape, map.shape) &&
    draft.start === 0 &&
    draft.timeStride === rows * columns &&
    sameShape(draft.strides, [columns, 1]) &&
    (when < time || (when === time && !isWrite && inBody !== undefined && inBody <= at));
  const free = map.inputs.map((view) => {
    const { memory, slot, dtype } = view as Draft;
    return (
      slot === ARENA &&
      dtype === "float32" &&
      memory.size === steps * rows * columns &&
      touches.get(memory)!.every(isLastRead)
    );
  });
  if (!free.includes(true)) return;

  const lastRead = lastReadsOf(map);
  for (const { view, from } of map.outputs) {
    const to = view as Draft;
    const [row, column] = to.strides as readonly [number, number];
    const { memory, start, timeStride } = to;
    const isSlice =
      to.slot === ARENA &&
      to.dtype === "float32" &&
      column === 1 &&
      timeStride === rows * row &&
      memory.size === steps * timeStride &&
      start + columns <= row &&
      row > columns;
    // Nobody looks at the buffer before, and in the scan at the step's own part of it alone.
    const isFresh = (touch: Touch) =>
      touch.time > time ||
      (touch.time === time && touch.draft.timeStride === timeStride && touch.draft.start < row && isLater(touch, at));
    if (from.kind !== "value" || !isSlice || !touches.get(memory)!.every(isFresh)) continue;
    const chosen = free.findIndex((isFree, index) => isFree && lastRead[index]! <= from.index);
    if (chosen < 0) continue;
    free[chosen] = false;
    const { buffer } = map.inputs[chosen] as Draft;
    buffer.settled.lieIn(to);
  }
}

/** Whether a touch of what a step writes comes no sooner than the map at that place of the body. */
function isLater({ inBody, isWrite }: Touch, at: number): boolean {
  return inBody === undefined ? isWrite : inBody >= at;
}

/** The last step of a map that reads each input; outputs read after all steps. */
function lastReadsOf({ inputs, steps, outputs }: MapInstruction): number[] {
  const last = new Array<number>(inputs.length).fill(-1);
  for (let step = 0; step < steps.length; step++) {
    for (const operand of steps[step]!.operands) if (operand.kind === "input") last[operand.index] = step;
  }
  for (const { from } of outputs) if (from.kind === "input") last[from.index] = steps.length;
  return last;
}
