/** Gives buffers of one slot their places, so that those that live at the same time do not overlap. */
import type { Instruction, MatmulInstruction, View } from "../program/format.ts";
import { Draft, type MemoryBuffer } from "./draft.ts";

/** Buffers begin at multiples of this many elements: 64 bytes, a cache line and the widest vector. */
const alignment = 16;

/** From the first instruction that touches a buffer to the last. */
interface Life {
  readonly buffer: MemoryBuffer;
  first: number;
  last: number;
}

/** The instructions of a loop by their places in the order of all. */
interface Stretch {
  readonly first: number;
  last: number;
}

/** All instructions in the order in which they run first, those of loops among them; loops are added to `loops`. */
function inOrder(instructions: readonly Instruction[], loops: Stretch[], placed: Instruction[] = []): Instruction[] {
  for (const instruction of instructions) {
    if (instruction.kind !== "loop") {
      placed.push(instruction);
      continue;
    }
    const loop = { first: placed.length, last: 0 };
    loops.push(loop);
    inOrder(instruction.body, loops, placed);
    loop.last = placed.length - 1;
  }
  return placed;
}

/**
 * Settles all buffers of `slot` that `instructions` touch.
 *
 * @param lasting buffers that live from beginning to end
 * @returns the size of the slot
 */
export function planMemory(
  instructions: readonly Instruction[],
  slot: number,
  lasting: readonly MemoryBuffer[] = [],
): number {
  const lives = new Map<MemoryBuffer, Life>();
  for (const buffer of lasting) lives.set(buffer, { buffer, first: 0, last: instructions.length });
  const loops: Stretch[] = [];
  for (const [time, instruction] of inOrder(instructions, loops).entries()) {
    for (const view of [...readsOf(instruction), ...writesOf(instruction)]) {
      const buffer = (view as Draft).memory;
      if (buffer.slot !== slot) continue;
      const life = lives.get(buffer) ?? { buffer, first: time, last: time };
      lives.set(buffer, life);
      life.last = Math.max(life.last, time);
    }
  }
  // What is touched both within a loop and outside has to last from round to round.
  for (const { first, last } of loops) {
    for (const life of lives.values()) {
      const isShared = life.first <= last && first <= life.last && (life.first < first || last < life.last);
      if (!isShared) continue;
      life.first = Math.min(life.first, first);
      life.last = Math.max(life.last, last);
    }
  }
  return place([...lives.values()]);
}

/** Large ones first, each at the lowest place that is free during its whole life. */
function place(lives: readonly Life[]): number {
  const placed: Life[] = [];
  let size = 0;
  for (const life of [...lives].sort((a, b) => b.buffer.size - a.buffer.size || a.first - b.first)) {
    const rivals = placed
      .filter((other) => other.first <= life.last && life.first <= other.last)
      .sort((a, b) => a.buffer.offset - b.buffer.offset);
    let offset = 0;
    for (const { buffer } of rivals) {
      if (buffer.offset >= offset + life.buffer.size) break;
      offset = Math.max(offset, align(buffer.offset + buffer.size));
    }
    life.buffer.offset = offset;
    placed.push(life);
    size = Math.max(size, align(offset + life.buffer.size));
  }
  return size;
}

function align(size: number): number {
  return Math.ceil(size / alignment) * alignment;
}

export function readsOf(instruction: Instruction): View[] {
  switch (instruction.kind) {
    case "map":
      return [...instruction.inputs];
    case "matmul":
      return readsOfMatmul(instruction);
    case "gather":
      return [instruction.table, instruction.indices];
    case "scatterAdd":
      return [instruction.input, instruction.indices];
    case "random":
      return [instruction.key];
    case "reduce":
      return instruction.accumulate ? [instruction.input, instruction.out] : [instruction.input];
    case "pack":
    case "copy":
      return [instruction.input];
    case "scan":
      return [...partsOf(instruction).flatMap(readsOf), ...(instruction.idle ? [instruction.idle.mask] : [])];
    case "loop":
      return instruction.body.flatMap(readsOf);
  }
}

function readsOfMatmul({ a, b, added, rows, inner, also }: MatmulInstruction): View[] {
  return [a, b, added, rows, inner, also?.a, also?.b].filter((view) => view !== undefined);
}

export function writesOf(instruction: Instruction): View[] {
  switch (instruction.kind) {
    case "map":
      return instruction.outputs.map(({ view }) => view);
    case "matmul":
      return instruction.columnSums ? [instruction.out, instruction.columnSums] : [instruction.out];
    case "scan":
      return partsOf(instruction).flatMap(writesOf);
    case "loop":
      return instruction.body.flatMap(writesOf);
    default:
      return [instruction.out];
  }
}

function partsOf(scan: Extract<Instruction, { kind: "scan" }>) {
  return [...scan.before, ...scan.body, ...(scan.idle?.body ?? []), ...scan.after];
}

/** The instruction over plain views, once all buffers are settled. */
export function finished<I extends Instruction>(instruction: I): I {
  return plain(instruction) as I;
}

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Draft) {
    const { slot, offset, dtype } = value;
    const { strides, timeStride } = value.layout;
    return { slot, offset, strides: strides.slice(), timeStride, dtype };
  }
  if (Array.isArray(value)) return typeof value[0] === "number" ? value.slice() : value.map(plain);
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = plain((value as Readonly<Record<string, unknown>>)[key]);
  return copy;
}
