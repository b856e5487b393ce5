import { explain, OptionError } from "../errors.ts";
import type { Memory, Trace } from "./trace.ts";

/** Throws where sequences come in parts, for a layer that looks at other steps than those before. */
export function requireWholeSequences({ memory }: Trace, kind: string): void {
  if (memory === undefined) return;
  const expected = `layers that look back alone, for sequences that come ${memory.parts}`;
  throw new OptionError(explain({ expected, got: kind, remedy: memory.remedy }));
}

/** Throws where layers must give all steps of a part, for one that folds them. */
export function requireSteps(memory: Memory | undefined, kind: string, folds: boolean): void {
  if (!memory?.needsSteps || !folds) return;
  const expected = `layers that give an output for each step, for sequences that come ${memory.parts}`;
  const remedy = `give it returnSequences: true, or ${memory.remedy}`;
  throw new OptionError(explain({ expected, got: `${kind}, which gives its last`, remedy }));
}
