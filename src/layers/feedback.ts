/** Choices that a pass through time makes after each step and reads at the next, in the place of its input. */
import { full, mul, reshape, select, type Tensor, type Tensors, take, toInt } from "../graph/index.ts";

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

/** What a pass through time carries and does for choices. */
export interface Choices {
  /** Before the first step. */
  readonly carry: Tensors;
  readonly sequences: Tensors;
  /** What the cell sees at a step. @param dropped the dropout of inputs, [1, batch, features] */
  seen(step: Tensor, before: Tensors, sequences: Tensors, dropped: Tensor | undefined): Tensor;
  /** What a step hands on. */
  after(output: Tensor, sequences: Tensors): Tensors;
}

/** For sequences of so many rows. */
export function feedingBack({ where, noise, read, choose }: Feedback, batch: number): Choices {
  return {
    carry: { [CHOICE]: toInt(full([batch], 0)) },
    sequences: { [WHERE]: where, ...(noise && { [NOISE]: noise }) },
    seen(step, before, sequences, dropped) {
      const own = read(before[CHOICE]!);
      return select(reshape(sequences[WHERE]!, [batch, 1]), dropped ? mul(own, take(dropped, 0, 0)) : own, step);
    },
    after: (output, sequences) => ({ [CHOICE]: choose(output, sequences[NOISE]) }),
  };
}
