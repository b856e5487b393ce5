/**
 * The end of a program: variables get their new numbers. Everything else must have seen the old ones, so a new number is
 * written in place only where no instruction reads the old one later; otherwise it is copied at the end.
 */
import { contiguousStrides, type Tensor } from "../graph/tensor.ts";
import type { Instruction } from "../program/format.ts";
import { ARENA } from "../program/format.ts";
import type { Draft, MemoryBuffer } from "./draft.ts";
import { readsOf, writesOf } from "./plan.ts";
import type { Scope } from "./scope.ts";

export interface Update {
  readonly variable: Tensor;
  readonly value: Tensor;
}

export function writeUpdates(scope: Scope, updates: readonly Update[]): void {
  // Values that lie in a variable themselves are taken aside first: another update may overwrite them.
  const pending = updates.flatMap(({ variable, value }) => {
    const to = scope.placeOf(variable)!;
    let from = scope.read(value);
    if (from.equals(to)) return [];
    if (from.buffer.slot !== ARENA) {
      const aside = scope.temporary(value.shape, value.dtype);
      scope.copy(value, aside);
      from = aside;
    }
    return [{ shape: value.shape, from, to }];
  });

  const writers = firstWrites(scope.instructions);
  const lastReads = readTimes(scope.instructions);
  const claimed = new Set<MemoryBuffer>();
  for (const { shape, from, to } of pending) {
    const writer = writers.get(from.memory);
    const isWhole = from.buffer.size === to.buffer.size && from.start === 0;
    const isRowMajor = contiguousStrides(shape).every((stride, i) => stride === from.strides[i]);
    const reads = lastReads.get(to.memory) ?? [];
    const isFree =
      writer !== undefined &&
      scope.instructions[writer]!.kind === "map" &&
      reads.every(({ time, view }) => time < writer || (time === writer && view.equals(to)));
    if (isWhole && isRowMajor && isFree && !claimed.has(from.buffer)) {
      claimed.add(from.buffer);
      from.buffer.alias = to.buffer;
    } else {
      scope.emit({ kind: "copy", shape, input: from, out: to });
    }
  }
}

/** The only instruction that writes a buffer; buffers that several write are left out. */
function firstWrites(instructions: readonly Instruction[]): Map<MemoryBuffer, number> {
  const found = new Map<MemoryBuffer, number>();
  const several = new Set<MemoryBuffer>();
  for (const [time, instruction] of instructions.entries()) {
    for (const view of writesOf(instruction)) {
      const { memory } = view as Draft;
      if (found.has(memory)) several.add(memory);
      found.set(memory, time);
    }
  }
  for (const buffer of several) found.delete(buffer);
  return found;
}

function readTimes(instructions: readonly Instruction[]): Map<MemoryBuffer, { time: number; view: Draft }[]> {
  const found = new Map<MemoryBuffer, { time: number; view: Draft }[]>();
  for (const [time, instruction] of instructions.entries()) {
    for (const view of readsOf(instruction) as Draft[]) {
      const list = found.get(view.memory) ?? [];
      list.push({ time, view });
      found.set(view.memory, list);
    }
  }
  return found;
}
