import { add, full, type Shape, type Tensor, type Tensors } from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import type { Value } from "./value.ts";

/** What is told of layers while they are traced, for whoever examines a training. */
export interface Watch {
  /** A layer was used. */
  used(layer: Layer<unknown>, inputs: readonly Value[], outputs: readonly Value[]): void;
  /** A part of the state of a recurrent layer, at all steps. */
  state(layer: Layer<unknown>, state: WatchedState): void;
}

export interface WatchedState {
  /** `h` */
  readonly part: string;
  /** [time, batch, size], after each step. */
  readonly values: Tensor;
  /** Zeros of the same shape that were added there: the gradient by them is that by the state. */
  readonly nudges: Tensor;
  /** Whether the layer goes from the last step to the first. */
  readonly reverse: boolean;
}

/** The name of the sequence that is added to a part of the state. */
export function nudgeOf(part: string): string {
  return `nudge of ${part}`;
}

/** Zeros to add to each part of the state. @param front [time, batch] */
export function nudgesOf(sizes: Readonly<Record<string, number>>, front: Shape): Tensors {
  return Object.fromEntries(Object.entries(sizes).map(([part, size]) => [nudgeOf(part), full([...front, size], 0)]));
}

/** The state after a step with what is added to it there. */
export function nudged(state: Tensors, sequences: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(state).map(([part, x]) => {
      const nudge = sequences[nudgeOf(part)];
      return [part, nudge === undefined ? x : add(x, nudge)];
    }),
  );
}

/** The name of the output that holds a part of the state at all steps. */
export function seenAs(part: string): string {
  return `${part} at each step`;
}

export function seenOf(state: Tensors): Tensors {
  return Object.fromEntries(Object.entries(state).map(([part, x]) => [seenAs(part), x]));
}
