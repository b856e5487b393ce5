/** What a cell does at each step of a pass through time, with all that is done around it while it trains. */
import type { Cell, Constant } from "../cells/cell.ts";
import { type Bound, type OptionTable, rate } from "../cells/option.ts";
import { explain, OptionError } from "../errors.ts";
import { mul, type Tensor, type Tensors } from "../graph/index.ts";
import { dropoutMask } from "./dropout-mask.ts";
import type { Trace } from "./layer.ts";
import { noiseOf, present } from "./step-inputs.ts";
import { dropWeights } from "./weight-drop.ts";
import { zoneoutOption, zoningOut } from "./zoneout.ts";

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

/** The steps of one pass. */
export interface Steps {
  /** What x is to be multiplied by before a step sees it, [1, batch, features]. */
  readonly dropped: Tensor | undefined;
  /** What each step gets besides x and further inputs, [time, batch, size] by name. */
  readonly sequences: Tensors;
  /**
   * The state after a step, from x, the state before, and by name what else the step gets, [batch, size] each, and what it
   * gets whole.
   */
  after(x: Tensor, before: Tensors, others: Tensors, held: Readonly<Record<string, Constant>>): Tensors;
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

export function stepsOf(
  { title, cell, units, options: given, weights: all, sizes }: CellInLayer,
  trace: Trace,
  front: readonly [time: number, batch: number],
  inputSize: number,
): Steps {
  const { dropout, recurrentDropout, weightDrop, zoneout } = given;
  const [, batch] = front;
  const dropped = trace.training && dropout > 0 ? dropoutMask(trace, [1, batch, inputSize], dropout) : undefined;
  const noise = noiseOf(trace, present(cell.noise(inputSize, units, given)), front);
  const drop = droppingStates(trace, batch, recurrentDropout);
  const options = { ...given, drop: drop.apply };
  const weights = dropWeights(trace, title, weightDrop, all);
  const zone = zoningOut(trace, title, zoneout, sizes, front);
  return {
    dropped,
    sequences: { ...noise.drawn, ...zone.sequences },
    after(x, before, others, held) {
      const made = cell.step(weights, x, before, options, { ...noise.silent, ...others, ...held });
      if (trace.training && recurrentDropout > 0 && !drop.used()) {
        const expected = `a cell that calls drop() for \`recurrentDropout\``;
        throw new OptionError(explain({ expected, got: title, remedy: "leave the option out" }));
      }
      return zone.after(made, before, others);
    },
  };
}

function droppingStates(trace: Trace, batch: number, rate: number) {
  const masks = new Map<number, Tensor>();
  const apply = (part: Tensor): Tensor => {
    if (!trace.training || rate === 0) return part;
    const size = part.shape[1]!;
    const mask = masks.get(size) ?? dropoutMask(trace, [batch, size], rate);
    masks.set(size, mask);
    return mul(part, mask);
  };
  return { apply, used: () => masks.size > 0 };
}
