/**
 * What few recurrent layers ask for around the steps of their cells: further inputs, noise, what is dropped or kept at random
 * while training, states that are kept or learned, and segments of time. It loads before the first such layer is traced; see `RecurrentLayer.load`.
 */
import { explain, OptionError } from "../errors.ts";
import { broadcastTo, full, mul, select, sliceAxis, swapAxes, type Tensor, type Tensors } from "../graph/index.ts";
import { dropoutMask } from "./dropout-mask.ts";
import { clean } from "./mask.ts";
import { normal } from "./normal.ts";
import { present, type Share, type Sizes } from "./step-inputs.ts";
import { BEGUN, type CellInLayer, type Steps } from "./steps.ts";
import type { RecurrentLayer } from "./through-time.ts";
import type { Trace } from "./trace.ts";
import type { Value } from "./value.ts";
import { dropWeights } from "./weight-drop.ts";
import { zoningOut } from "./zoning-out.ts";

export { reverse } from "../graph/ops/slice.ts";
export { runSegments } from "../graph/scan-segments.ts";

/** The steps of a cell with all that is done around it while it trains. */
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

/**
 * Steps that get the further inputs of a layer too: sequences [time, batch, size], what is the same at every step,
 * [batch, size], and whole constants with their masks.
 *
 * @param all features of x, [time, batch, features], those among them that are further inputs
 */
export function besideX(
  own: Steps,
  all: Tensor,
  others: readonly Value[],
  { inputSize, further: sizes, constants: wholes }: Share,
): Steps {
  const further: Record<string, Tensor> = {};
  const constants: Record<string, Tensor> = {};
  let start = inputSize;
  const apart = others.length - wholes.length;
  for (const [i, [name, size]] of sizes.entries()) {
    const own = i < apart ? others[i] : undefined;
    if (own === undefined) further[name] = sliceAxis(all, 2, start, size);
    else if (own.tensor.rank === 2) constants[name] = own.tensor;
    else further[name] = swapAxes(own.tensor, 0, 1);
    start += size;
  }
  const held = wholes.map(([name], i) => {
    const { tensor, mask } = others[apart + i]!;
    return [name, { tensor: clean({ tensor, mask }), mask }] as const;
  });
  return {
    ...own,
    x: inputSize < all.shape[2]! ? sliceAxis(all, 2, 0, inputSize) : all,
    sequences: { ...further, ...own.sequences },
    after: (x, before, given) => own.after(x, before, { ...constants, ...given }, Object.fromEntries(held)),
  };
}

/**
 * The parts of the state that are learned, [batch, size], before the first step of each row: those that have begun go on
 * from what is kept.
 */
export function learnedBegin(layer: RecurrentLayer, given: readonly Tensor[], kept: Tensors, batch: number): Tensors {
  const { title, learnedState, settings } = layer;
  const learned = Object.entries(learnedState);
  if (given.length > 0 && (settings.stateful || learned.length > 0)) {
    const other = settings.stateful ? "be stateful" : "learn its initial state";
    throw new OptionError(explain({ expected: `${title} to ${other} or to get an initialState`, got: "both" }));
  }
  const begin = ([name, weight]: [string, Tensor]): [string, Tensor] => {
    const [first, begun] = [broadcastTo(weight, [batch, weight.size]), kept[BEGUN]];
    return [name, begun ? select(begun, kept[name]!, first) : (kept[name] ?? first)];
  };
  return Object.fromEntries(learned.map(begin));
}

/** The noise that a cell asks for: sequences [time, batch, size] in training, zeros [batch, size] at each step else. */
function noiseOf(trace: Trace, sizes: Sizes, [time, batch]: readonly [number, number]) {
  const make = (tensorOf: (size: number) => Tensor) =>
    Object.fromEntries(sizes.map(([name, size]) => [name, tensorOf(size)]));
  return trace.training
    ? { drawn: make((size) => normal(trace, [time, batch, size])), silent: {} }
    : { drawn: {}, silent: make((size) => full([batch, size], 0)) };
}
