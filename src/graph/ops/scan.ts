import { pullBack } from "../gradient.ts";
import { expandMask } from "../mask.ts";
import { masksOf, neededWhereMasked } from "../masked.ts";
import { apply, type GradientContext, type Op } from "../op.ts";
import { residuals } from "../residuals.ts";
import type { Tensor } from "../tensor.ts";
import { nodesOf, substitute } from "../walk.ts";
import { full } from "./full.ts";
import { input } from "./input.ts";
import { select } from "./select.ts";
import { spare } from "./spare.ts";

/** One step of time as a graph from parameters to results. */
export interface ScanBody {
  /** Parameters: the carry before the step, the slices of the sequences, and what is the same at every step. */
  readonly carries: readonly Tensor[];
  readonly xs: readonly Tensor[];
  readonly constants: readonly Tensor[];
  /** Results: the carry after the step, what is stacked over time, and what is summed over time. */
  readonly next: readonly Tensor[];
  readonly stacked: readonly Tensor[];
  readonly sums: readonly Tensor[];
  /** Where the parameter `mask` is 0, these give the same results with less work. The compiler finds them. */
  readonly idle?: { readonly mask: Tensor; readonly results: readonly Tensor[] };
}

export interface ScanAttributes {
  readonly body: ScanBody;
  readonly steps: number;
  readonly reverse: boolean;
  /** Whether back-propagation keeps the carries alone and computes whatever else it needs again. @default false */
  readonly recompute?: boolean;
}

/** Inputs are [...initial carries, ...sequences, ...constants], outputs [...final carries, ...stacked, ...sums]. */
export const scanOp: Op<ScanAttributes> = {
  name: "scan",
  pure: false,
  infer: (_inputs, { body, steps }) => [
    ...body.next,
    ...body.stacked.map((x) => ({ shape: [steps, ...x.shape], dtype: x.dtype })),
    ...body.sums,
  ],
  gradient: scanGradient,
};

/** Values grouped as a scan groups its inputs. */
export interface ScanInputs<T = Tensor> {
  readonly carries: readonly T[];
  readonly xs: readonly T[];
  readonly constants: readonly T[];
}

/** Applies a scan and groups its outputs. */
export function applyScan(body: ScanBody, steps: number, reverse: boolean, inputs: ScanInputs, recompute = false) {
  const all = [...inputs.carries, ...inputs.xs, ...inputs.constants];
  return groupOutputs(body, apply(scanOp, all, { body, steps, reverse, ...(recompute && { recompute }) }));
}

/** A list with one item per input of a scan, in its groups. */
export function groupInputs<T>(body: ScanBody, all: readonly T[]): ScanInputs<T> {
  const carries = body.carries.length;
  const xs = carries + body.xs.length;
  return { carries: all.slice(0, carries), xs: all.slice(carries, xs), constants: all.slice(xs) };
}

/** A list with one item per output of a scan, in its groups. */
export function groupOutputs<T>(body: ScanBody, all: readonly T[]) {
  const carries = body.next.length;
  const stacked = carries + body.stacked.length;
  return { carries: all.slice(0, carries), stacked: all.slice(carries, stacked), sums: all.slice(stacked) };
}

/**
 * Back-propagation through time is a scan the other way. With the step s' = f(s, x, w) and its outputs y, the carry of
 * the backward scan is dLoss/ds; each step takes dLoss/ds' and dLoss/dy_t back through f to dLoss/ds (the next carry),
 * dLoss/dx_t (stacked) and dLoss/dw, which is the sum over time of what each step gives.
 *
 * Values of the forward step that the backward step uses are recomputed when that is cheap; the rest is kept by running
 * the forward scan with further outputs. (The compiler merges that scan with the one the user has.)
 */
function scanGradient({ inputs, attributes, cotangents, wanted }: GradientContext<ScanAttributes>) {
  const { body, steps, reverse, recompute = false } = attributes;
  const given = groupInputs(body, inputs);
  const results = [...body.next, ...body.stacked, ...body.sums];
  const parameters = [...body.carries, ...body.xs, ...body.constants];
  const isCarry = (i: number) => i < body.carries.length;
  const isFloat = (x: Tensor) => x.dtype === "float32";
  const keep = <T>(list: readonly (T | undefined)[]) => list.filter((x): x is T => x !== undefined);

  // Parameters of the backward step: gradients that arrive from the future, from this step's outputs and from the sums.
  const arriving = results.map((x, i) =>
    (isCarry(i) ? isFloat(x) : cotangents[i]) ? input("cotangent", x.shape) : undefined,
  );
  const pulled = pullBack(results, arriving, parameters);
  const back = parameters.map((x, i) => {
    if (isCarry(i)) return isFloat(x) ? (pulled[i] ?? full(x.shape, 0)) : undefined;
    return wanted[i] ? pulled[i] : undefined;
  });
  const outcome = keep(back);
  /** As `back`, with other tensors in place of those that are there. */
  const inPlace = (tensors: readonly Tensor[]) => {
    let next = 0;
    return back.map((x) => x && tensors[next++]!);
  };

  // What the backward step uses of the forward step: kept values become sequences, constants stay constants.
  const used = residuals(outcome, keep(arriving), body, recompute);
  const kept = used.saved.map((x) => input("saved", x.shape, x.dtype));
  const masks = masksToSpare(body, used.saved);
  const saved = used.saved.map((x, i) => (masks[i] ? spare(x, masks[i]) : x));
  const backwardFrom = (values: readonly Tensor[]) =>
    substitute(outcome, new Map(used.saved.map((x, i) => [x, values[i]!])));
  // What may be spared must not divide where it was: 0 / 0 would be no number, and reach everything.
  const divisors = nodesOf(backwardFrom(kept)).flatMap(({ op, inputs }) => (op.name === "div" ? [inputs[1]!] : []));
  const divides = new Set(nodesOf(divisors));
  const guards = masks.map((mask, i) => (divides.has(kept[i]!.node) ? mask : undefined));
  const traced = backwardFrom(kept.map((x, i) => (guards[i] ? select(expandMask(guards[i], x), x, 1) : x)));
  const readXs = body.xs.map((_, i) => i).filter((i) => used.xs.includes(i) || guards.includes(body.xs[i]!));

  const forward = applyScan({ ...body, stacked: [...body.stacked, ...saved] }, steps, reverse, given);
  const savedStacks = forward.stacked.slice(body.stacked.length);
  const step = groupInputs(body, inPlace(traced));
  const cotangentIn = groupOutputs(body, arriving);
  const first = groupOutputs(
    body,
    results.map((x, i) => arriving[i] && (cotangents[i] ?? full(x.shape, 0))),
  );
  const backward = applyScan(
    {
      carries: keep(cotangentIn.carries),
      xs: [...keep(cotangentIn.stacked), ...readXs.map((i) => body.xs[i]!), ...kept],
      constants: [...keep(cotangentIn.sums), ...used.constants.map((i) => body.constants[i]!)],
      next: keep(step.carries),
      stacked: keep(step.xs),
      sums: keep(step.constants),
    },
    steps,
    !reverse,
    {
      carries: keep(first.carries),
      xs: [...keep(first.stacked), ...readXs.map((i) => given.xs[i]!), ...savedStacks],
      constants: [...keep(first.sums), ...used.constants.map((i) => given.constants[i]!)],
    },
  );
  return inPlace([...backward.carries, ...backward.stacked, ...backward.sums]);
}

/**
 * The mask under which nothing depends on a kept value, what it gives at a masked step reaching no gradient either;
 * `undefined` for values without one.
 */
function masksToSpare(body: ScanBody, saved: readonly Tensor[]): (Tensor | undefined)[] {
  const masks = masksOf(body).map((mask) => ({ mask, needed: neededWhereMasked(body, mask) }));
  const parameters = new Set([...body.carries, ...body.xs, ...body.constants]);
  return saved.map((x) =>
    parameters.has(x) ? undefined : masks.find(({ mask, needed }) => x.shape[0] === mask.size && !needed.has(x))?.mask,
  );
}
