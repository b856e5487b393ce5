import { explain, OptionError } from "../errors.ts";
import type { Trace } from "./layer.ts";

/** Throws where sequences come one step at a time, for a layer that looks at other steps than those before. */
export function requireWholeSequences(trace: Trace, kind: string): void {
  if (trace.keep === undefined) return;
  const expected = `layers that look back alone, for sequences that come step by step`;
  throw new OptionError(explain({ expected, got: kind, remedy: "give whole sequences to predict()" }));
}
