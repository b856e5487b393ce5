import type { Tensor } from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import type { Steps } from "./steps.ts";
import type { Value } from "./value.ts";

/** What is told of layers while they are traced, for whoever examines a training. */
export interface Watch {
  /** A layer was used. */
  used(layer: Layer<unknown>, inputs: readonly Value[], outputs: readonly Value[]): void;
  /**
   * A recurrent layer is about to go through time. Gives the steps that it takes, around its own.
   *
   * @param sizes of the parts of its state
   * @param front [time, batch]
   */
  pass(
    layer: Layer<unknown>,
    steps: Steps,
    sizes: Readonly<Record<string, number>>,
    front: readonly [number, number],
    reverse: boolean,
  ): Steps;
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
