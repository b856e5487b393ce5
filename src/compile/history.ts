/**
 * A carry of which all time steps are wanted lives in a history [time + 1, ...] in the arena: each step reads one entry
 * and writes the next, so that "the carry before" and "the carry after" each step are two views of the same memory.
 */
import type { Tensor } from "../graph/tensor.ts";
import { ARENA } from "../program/format.ts";
import { Draft, newDraft } from "./draft.ts";

export interface History {
  /** The carry before the step of the time index, and after it. */
  readonly before: Draft;
  readonly after: Draft;
  /** The carry before the first step, and after the last. */
  readonly first: Draft;
  readonly last: Draft;
  /** The carries before all steps, or after them, [time, ...]. */
  stack(of: "before" | "after"): Draft;
}

export function historyOf(carry: Tensor, steps: number, reverse: boolean): History {
  const all = newDraft(ARENA, [steps + 1, ...carry.shape], carry.dtype);
  const from = (index: number) => all.with({ start: index * all.strides[0]! });
  const entry = (index: number) => from(index).with({ strides: all.strides.slice(1) });
  const [before, after] = reverse ? [1, 0] : [0, 1];
  return {
    before: atTime(from(before)),
    after: atTime(from(after)),
    first: entry(reverse ? steps : 0),
    last: entry(reverse ? 0 : steps),
    stack: (of) => from(of === "before" ? before : after),
  };
}

/** The slice of one step of a sequence [time, ...]. */
export function atTime(all: Draft): Draft {
  return new Draft(all.buffer, all.start, all.strides.slice(1), all.strides[0]!, all.dtype);
}
