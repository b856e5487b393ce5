/**
 * One loop over time: a step traced once into a small graph of its own (the body), which is differentiated, optimized and
 * compiled like the graph around it.
 *
 * Sequences are time-major here, [time, batch, ...]: the values of one step lie together. Layers translate.
 */
import { explain, OptionError, ShapeError } from "../errors.ts";
import { selectBy } from "./mask.ts";
import { input } from "./ops/input.ts";
import { labelOp } from "./ops/label.ts";
import { applyScan, type ScanBody } from "./ops/scan.ts";
import { sameShape, showShape, type Tensor } from "./tensor.ts";
import { dependents, isLook, substitute } from "./walk.ts";

export type Tensors = Readonly<Record<string, Tensor>>;

/** What one step of time gives. */
export interface StepResult<C extends Tensors, Y extends Tensors> {
  /** The next carry, with the names and shapes of the old one. */
  readonly carry: C;
  /** What to keep of this step, stacked over time afterwards. */
  readonly outputs?: Y;
}

export interface ScanResult<C extends Tensors, Y extends Tensors> {
  /** The carry after the last step. */
  readonly carry: C;
  /** The outputs of all steps, [time, ...]. */
  readonly outputs: Y;
  /** The labelled values of all steps, [time, ...], by name; see `label`. */
  readonly intermediates: Tensors;
}

/** What goes through time, and how. */
export interface Loop<C extends Tensors, X extends Tensors, Y extends Tensors> {
  readonly step: (carry: C, x: X) => StepResult<C, Y>;
  readonly steps: number;
  readonly reverse: boolean;
  /** Whether back-propagation computes again what it needs beside the carries. @default false */
  readonly recompute?: boolean;
}

/** A loop over all steps of sequences [time, batch, ...], as a scan without options; see `scan`. */
export function runLoop<C extends Tensors, X extends Tensors, Y extends Tensors>(
  { step, steps, reverse, recompute = false }: Loop<C, X, Y>,
  carry: C,
  xs: X,
  mask: Tensor | undefined,
): ScanResult<C, Y> {
  requireSomeSteps(steps, xs);
  const carryNames = Object.keys(carry);
  const clean = mapValues(xs, (x, name) => masked(mask, x, `sequence \`${name}\``));

  // Trace one step on fresh parameters.
  const carries = mapValues(carry, (x, name) => input(`carry.${name}`, x.shape, x.dtype));
  const slices = mapValues(clean, (x, name) => input(`x.${name}`, x.shape.slice(1), x.dtype));
  const maskSlice = mask && input("mask", mask.shape.slice(1));
  const result = step(carries as C, slices as X);
  checkCarry(carry, result.carry);

  const next = carryNames.map((name) => masked(maskSlice, result.carry[name]!, `carry \`${name}\``, carries[name]));
  const outputs: Tensors = result.outputs ?? {};
  const parameters = [...Object.values(carries), ...Object.values(slices), ...(maskSlice ? [maskSlice] : [])];
  const labels = labelled([...Object.values(result.carry), ...Object.values(outputs)], parameters);
  const kept = (x: Tensor, owner: string) => {
    const part = carryNames.findIndex((name) => result.carry[name] === x);
    return part >= 0 ? next[part]! : masked(maskSlice, x, owner);
  };
  const stacked = [
    ...Object.entries(outputs).map(([name, x]) => kept(x, `output \`${name}\``)),
    ...[...labels].map(([name, x]) => kept(x, `label \`${name}\``)),
  ];

  const { constants, captured, results } = closeOver([...next, ...stacked], parameters);
  const body: ScanBody = {
    carries: Object.values(carries),
    xs: parameters.slice(carryNames.length),
    constants,
    next: results.slice(0, next.length),
    stacked: results.slice(next.length),
    sums: [],
  };
  const inputs = {
    carries: Object.values(carry),
    xs: [...Object.values(clean), ...(mask ? [mask] : [])],
    constants: captured,
  };
  const made = applyScan(body, steps, reverse, inputs, recompute);

  const named = (names: Iterable<string>, values: readonly Tensor[]) =>
    Object.fromEntries([...names].map((name, index) => [name, values[index]!]));
  const outputNames = Object.keys(outputs);
  return {
    carry: named(carryNames, made.carries) as C,
    outputs: named(outputNames, made.stacked) as Y,
    intermediates: named(labels.keys(), made.stacked.slice(outputNames.length)),
  };
}

export function requireSomeSteps(steps: number | undefined, xs: Tensors): asserts steps is number {
  if (steps !== undefined && Number.isInteger(steps) && steps >= 1) return;
  const isGiven = Object.keys(xs).length > 0;
  const remedy = isGiven ? "give sequences of at least one step" : "give `steps`, since there are no sequences";
  throw new OptionError(explain({ expected: "scan() to run at least one step", got: String(steps), remedy }));
}

/**
 * `x` [..., more axes] where the mask [...] is not 0, all of it where there is no mask.
 *
 * @param otherwise what is elsewhere @default zeros
 */
function masked(mask: Tensor | undefined, x: Tensor, owner: string, otherwise?: Tensor): Tensor {
  if (mask === undefined) return x;
  if (!sameShape(x.shape.slice(0, mask.rank), mask.shape)) {
    const expected = `${owner} of a masked scan() to begin with the axes of the mask, ${showShape(mask.shape)}`;
    throw new ShapeError(explain({ expected, got: showShape(x.shape) }));
  }
  return selectBy(mask, x, otherwise);
}

function checkCarry(before: Tensors, after: Tensors): void {
  const names = (tensors: Tensors) => Object.keys(tensors).sort().join(", ");
  if (names(before) !== names(after)) {
    throw new ShapeError(
      explain({ expected: `the step of scan() to return carry {${names(before)}}`, got: `{${names(after)}}` }),
    );
  }
  for (const [name, x] of Object.entries(before)) {
    const y = after[name]!;
    if (sameShape(x.shape, y.shape) && x.dtype === y.dtype) continue;
    const expected = `carry \`${name}\` to stay ${x.dtype} ${showShape(x.shape)} in the step of scan()`;
    throw new ShapeError(explain({ expected, got: `${y.dtype} ${showShape(y.shape)}` }));
  }
}

/** What was labelled in the step, by name; labels of what it borrowed are none of its own. */
function labelled(roots: readonly Tensor[], parameters: readonly Tensor[]): Map<string, Tensor> {
  const labels = [...dependents(roots, parameters)].filter((node) => node.op.name === labelOp.name);
  return new Map(labels.map((node) => [(node.attributes as { name: string }).name, node.outputs[0]!]));
}

/**
 * Turns what the step borrowed from outside into parameters of its own. Everything that does not depend on a parameter
 * is outside, also when the step made it: it is computed once, before the loop.
 */
function closeOver(roots: readonly Tensor[], parameters: readonly Tensor[]) {
  const inside = dependents(roots, parameters);
  const free = new Set<Tensor>();
  const capture = (x: Tensor): void => {
    if (inside.has(x.node) || x.node.op.name === "full" || parameters.includes(x)) return;
    // A step looks for itself rather than borrow what another look gave.
    if (isLook(x)) capture(x.node.inputs[0]!);
    else free.add(x);
  };
  for (const node of inside) for (const x of node.inputs) capture(x);
  for (const root of roots) capture(root);
  const captured = [...free];
  const constants = captured.map((x, index) => input(`constant.${index}`, x.shape, x.dtype));
  const replaced = new Map(captured.map((x, index) => [x, constants[index]!]));
  return { constants, captured, results: substitute(roots, replaced) };
}

export function mapValues(tensors: Tensors, change: (x: Tensor, name: string) => Tensor): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, change(x, name)]));
}
