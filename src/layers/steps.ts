/** What a cell does at each step of a pass through time. */
import type { Cell, Constant } from "../cells/cell.ts";
import { type Bound, type OptionTable, rate } from "../cells/option.ts";
import type { Tensor, Tensors } from "../graph/index.ts";
import { zoneoutOption } from "./zoneout.ts";

export const stepOptions = {
  /** Share of the inputs to drop while training, the same at every step. @default 0 */
  dropout: rate(0),
  /** Share of the state to drop in the recurrent product while training, the same at every step. @default 0 */
  recurrentDropout: rate(0),
  /** Share of the weights of the recurrent product to drop while training, for the whole batch. @default 0 */
  weightDrop: rate(0),
  /**
   * Share of the units that keep their state of the step before, another each time, while training: of the part that is
   * the output, or by part, `{ h: 0.05, c: 0.5 }`. @default 0
   */
  zoneout: zoneoutOption,
};

/** Name of what keeps whether a row has begun, and goes on from its state; no part of a state is called so. */
export const BEGUN = "has begun";

/** The steps of one pass. What few passes have is put around those of a cell: steps that call others. */
export interface Steps {
  /** What they see, [time, batch, features]. @default all features of x */
  readonly x?: Tensor;
  /** What x is to be multiplied by before a step sees it, [1, batch, features]. */
  readonly dropped: Tensor | undefined;
  /** What each step gets besides x, [time, batch, size] by name. */
  readonly sequences: Tensors;
  /** What goes from step to step beside the state: before the first. @default nothing */
  readonly carry?: Tensors;
  /**
   * The state after a step, and what goes on beside it, from x, the same before, and by name what else the step gets,
   * [batch, size] each, and what it gets whole.
   */
  after(x: Tensor, before: Tensors, others: Tensors, held: Readonly<Record<string, Constant>>): Tensors;
  /** What to keep of each step, from what `after` gave. @default nothing but the output */
  outputs?(next: Tensors): Tensors;
  /** Is told at the end what was kept of all steps. */
  end?(outputs: Tensors): void;
}

/** A cell as a layer has it. */
export interface CellInLayer {
  readonly title: string;
  readonly cell: Cell;
  readonly units: number;
  readonly options: Bound<OptionTable> & Bound<typeof stepOptions>;
  readonly weights: Tensors;
  /** Of the state. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** The steps of a cell with nothing around them; `around-steps.ts` has all that may be. */
export function plainStepsOf({ cell, options: given, weights }: CellInLayer): Steps {
  const options = { ...given, drop: (part: Tensor) => part };
  return {
    dropped: undefined,
    sequences: {},
    after: (x, before, others, held) => cell.step(weights, x, before, options, { ...others, ...held }),
  };
}
