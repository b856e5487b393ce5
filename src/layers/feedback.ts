/** Choices that a pass through time makes after each step and reads at the next, in the place of its input. */
import { full, mul, reshape, select, type Tensor, take, toInt } from "../graph/index.ts";
import type { Steps } from "./steps.ts";

export interface Feedback {
  /** Where the choice takes the place of the input, [time, batch], not 0. */
  readonly where: Tensor;
  /** Numbers for each choice, [time, batch, ...]. @default none */
  readonly noise?: Tensor | undefined;
  /** An id [batch] from the output of a step, [batch, units]. */
  choose(output: Tensor, noise: Tensor | undefined): Tensor;
  /** The input [batch, features] that an id stands for. */
  read(choice: Tensor): Tensor;
}

// Names of a carry and of sequences; no part of a state and no input of a cell is called so.
const CHOICE = "choice after the step before";
const WHERE = "where the choice is read";
const NOISE = "noise of the choice";

/** Steps that choose, around others. @param output the part of the state that it is */
export type Choices = (steps: Steps, output: string) => Steps;

/** For sequences of so many rows. */
export function feedingBack({ where, noise, read, choose }: Feedback, batch: number): Choices {
  return (steps, output) => ({
    ...steps,
    carry: { [CHOICE]: toInt(full([batch], 0)) },
    sequences: { ...steps.sequences, [WHERE]: where, ...(noise && { [NOISE]: noise }) },
    after(x, { [CHOICE]: choice, ...before }, { [WHERE]: isRead, [NOISE]: drawn, ...others }, held) {
      const chosen = read(choice!);
      const own = steps.dropped ? mul(chosen, take(steps.dropped, 0, 0)) : chosen;
      const next = steps.after(select(reshape(isRead!, [batch, 1]), own, x), before, others, held);
      return { ...next, [CHOICE]: choose(next[output]!, drawn) };
    },
  });
}
