import type { Instruction, View } from "../program/format.ts";
import type { Draft, MemoryBuffer } from "./draft.ts";
import { readsOf, writesOf } from "./plan.ts";

/** The buffer that a view of an unfinished program shows. */
export const memoryOf = (view: View): MemoryBuffer => (view as Draft).memory;

/** Whether an instruction may be done after others: they neither look at what it writes nor change what it reads. */
export function mayWait(x: Instruction, others: readonly (Instruction | undefined)[]): boolean {
  const [reads, writes] = [readsOf(x).map(memoryOf), writesOf(x).map(memoryOf)];
  return others.every((other) => {
    if (other === undefined) return true;
    const [seen, changed] = [readsOf(other).map(memoryOf), writesOf(other).map(memoryOf)];
    return !changed.some((memory) => reads.includes(memory)) && ![...seen, ...changed].some((m) => writes.includes(m));
  });
}
