/**
 * Brings values to where they should lie at the end. Where what lies there is not needed any more when the new value is
 * written, both share memory and nothing moves.
 */
import type { Shape } from "../graph/tensor.ts";
import type { Instruction, View } from "../program/format.ts";
import type { Draft, MemoryBuffer } from "./draft.ts";
import { readsOf, writesOf } from "./plan.ts";
import type { Scope } from "./scope.ts";

export interface Move {
  readonly shape: Shape;
  readonly from: Draft;
  readonly to: Draft;
}

/** A view of a buffer, and the place of the instruction that it belongs to. */
interface Touch {
  readonly view: Draft;
  readonly time: number;
}

/** @param mayWrite whether the instruction at a place may write to where its result should lie */
export function settle<I extends Instruction>(
  scope: Scope<I>,
  moves: readonly Move[],
  mayWrite: (time: number) => boolean,
): void {
  const { instructions } = scope;
  const writes = touchesOf(instructions, writesOf);
  const reads = touchesOf(instructions, readsOf);
  const claimed = new Set<MemoryBuffer>();
  for (const { shape, from, to } of moves) {
    const times = writes.get(from.memory)?.map(({ time }) => time) ?? [];
    const written = times[0] ?? -1;
    const isMadeOnce = written >= 0 && mayWrite(written) && times.every((time) => time === written);
    const isLast = (reads.get(to.memory) ?? []).every(
      ({ time, view }) => time < written || (time === written && instructions[time]!.kind === "map" && view.equals(to)),
    );
    const isWhole = from.buffer.size === to.buffer.size && from.strides.every((stride, i) => stride === to.strides[i]);
    if (isMadeOnce && isLast && isWhole && !claimed.has(from.buffer)) {
      claimed.add(from.buffer);
      from.buffer.alias = to.buffer;
    } else {
      scope.emit({ kind: "copy", shape, input: from, out: to } as Instruction as I);
    }
  }
}

function touchesOf(
  instructions: readonly Instruction[],
  viewsOf: (instruction: Instruction) => readonly View[],
): Map<MemoryBuffer, Touch[]> {
  const found = new Map<MemoryBuffer, Touch[]>();
  for (let time = 0; time < instructions.length; time++) {
    for (const view of viewsOf(instructions[time]!) as readonly Draft[]) {
      const touches = found.get(view.memory);
      if (touches === undefined) found.set(view.memory, [{ view, time }]);
      else touches.push({ view, time });
    }
  }
  return found;
}
