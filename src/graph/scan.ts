/**
 * The loop over time, the op that this library exists for. A scan's step is traced once into a small graph of its own
 * (the body), which is differentiated, optimized and compiled like the graph around it.
 *
 * Sequences are time-major here, [time, batch, ...]: the values of one step lie together. Layers translate.
 */
import { explain, OptionError, rejectUnknown, requireInteger, ShapeError } from "../errors.ts";
import { iota } from "./ops/constant.ts";
import { full } from "./ops/full.ts";
import { input } from "./ops/input.ts";
import { labelOp } from "./ops/label.ts";
import { less } from "./ops/less.ts";
import { reshape } from "./ops/reshape.ts";
import { applyScan, type ScanBody } from "./ops/scan.ts";
import { select } from "./ops/select.ts";
import { toFloat } from "./ops/to-float.ts";
import { toInt } from "./ops/to-int.ts";
import { scanSegments } from "./scan-segments.ts";
import { sameShape, showShape, type Tensor } from "./tensor.ts";
import { dependents, substitute } from "./walk.ts";

export type Tensors = Readonly<Record<string, Tensor>>;

/** What one step of time gives. */
export interface StepResult<C extends Tensors, Y extends Tensors> {
  /** The next carry, with the names and shapes of the old one. */
  readonly carry: C;
  /** What to keep of this step, stacked over time afterwards. */
  readonly outputs?: Y;
}

export interface ScanOptions {
  /** Number of valid steps of each row, int32 [batch]; later steps are masked. @default all steps are valid */
  readonly lengths?: Tensor;
  /** Which steps count, [time, batch], not 0 where they do. @default all */
  readonly mask?: Tensor;
  /** Go from the last step to the first. Outputs stay in the order of `xs`. @default false */
  readonly reverse?: boolean;
  /** Number of steps; needed when there are no `xs`. @default the first axis of `xs` */
  readonly steps?: number;
  /**
   * Trades time for memory: back-propagation keeps the carry at the begin of every segment of time alone, and computes
   * the rest again, segment by segment (Chen et al. 2016). Segments have √steps steps, or as many as `truncate` says;
   * gradients are the same but for the order of sums. @default false
   */
  readonly checkpoint?: boolean;
  /**
   * Steps of a segment of time across whose begin no gradient flows: the carry is handed over as a number (truncated
   * back-propagation, Williams & Peng 1990). @default gradients flow through all steps
   */
  readonly truncate?: number;
}

export interface ScanResult<C extends Tensors, Y extends Tensors> {
  /** The carry after the last step. */
  readonly carry: C;
  /** The outputs of all steps, [time, ...]. */
  readonly outputs: Y;
  /** The labelled values of all steps, [time, ...], by name; see `label`. */
  readonly intermediates: Tensors;
}

/**
 * Runs `step(carry, x)` along the first axis of `xs`. Tensors from outside that `step` uses are its constants: they are
 * the same at every step, and gradients reach them.
 *
 * A masked step leaves the carry as it was. Its outputs are zeros, or the kept value where the output is itself a part of
 * the next carry. What `xs` hold there, NaN included, reaches neither value nor gradient: the step sees zeros.
 *
 * @param carry initial values, [batch, ...] each
 * @param xs sequences, [time, batch, ...] each
 */
export function scan<C extends Tensors, X extends Tensors, Y extends Tensors = Record<never, Tensor>>(
  step: (carry: C, x: X) => StepResult<C, Y>,
  carry: C,
  xs: X,
  options: ScanOptions = {},
): ScanResult<C, Y> {
  rejectUnknown("scan()", options, ["lengths", "mask", "reverse", "steps", "checkpoint", "truncate"]);
  const { reverse = false, checkpoint = false, truncate } = options;
  const steps = countSteps(xs, options);
  const mask = maskOf(options, steps);
  if (truncate !== undefined) requireInteger("truncate", truncate, 1);
  const length = truncate ?? (checkpoint ? Math.ceil(Math.sqrt(steps)) : steps);
  const loop: Loop<C, X, Y> = { step, steps, reverse };
  if (length >= steps) return run(loop, carry, xs, mask);
  return scanSegments({ ...loop, length, checkpoint, truncates: truncate !== undefined }, carry, xs, mask, run);
}

/** What goes through time, and how. */
export interface Loop<C extends Tensors, X extends Tensors, Y extends Tensors> {
  readonly step: (carry: C, x: X) => StepResult<C, Y>;
  readonly steps: number;
  readonly reverse: boolean;
  /** Whether back-propagation computes again what it needs beside the carries. @default false */
  readonly recompute?: boolean;
}

/** A scan as one loop. */
function run<C extends Tensors, X extends Tensors, Y extends Tensors>(
  { step, steps, reverse, recompute = false }: Loop<C, X, Y>,
  carry: C,
  xs: X,
  mask: Tensor | undefined,
): ScanResult<C, Y> {
  const carryNames = Object.keys(carry);
  const clean =
    mask === undefined ? xs : mapValues(xs, (x, name) => select(expand(mask, x, `sequence \`${name}\``), x, zeros(x)));

  // Trace one step on fresh parameters.
  const carries = mapValues(carry, (x, name) => input(`carry.${name}`, x.shape, x.dtype));
  const slices = mapValues(clean, (x, name) => input(`x.${name}`, x.shape.slice(1), x.dtype));
  const maskSlice = mask && input("mask", mask.shape.slice(1));
  const result = step(carries as C, slices as X);
  checkCarry(carry, result.carry);

  const maskOr = (x: Tensor, otherwise: Tensor, owner: string) =>
    maskSlice ? select(expand(maskSlice, x, owner), x, otherwise) : x;
  const next = carryNames.map((name) => maskOr(result.carry[name]!, carries[name]!, `carry \`${name}\``));
  const outputs: Tensors = result.outputs ?? {};
  const parameters = [...Object.values(carries), ...Object.values(slices), ...(maskSlice ? [maskSlice] : [])];
  const labels = labelled([...Object.values(result.carry), ...Object.values(outputs)], parameters);
  const kept = (x: Tensor, owner: string) => {
    const part = carryNames.findIndex((name) => result.carry[name] === x);
    return part >= 0 ? next[part]! : maskOr(x, zeros(x), owner);
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

function countSteps(xs: Tensors, options: ScanOptions): number {
  const first = Object.values(xs)[0];
  const steps = options.steps ?? first?.shape[0];
  if (steps === undefined || !Number.isInteger(steps) || steps < 1) {
    const remedy = first ? "give sequences of at least one step" : "give `steps`, since there are no sequences";
    throw new OptionError(explain({ expected: "scan() to run at least one step", got: String(steps), remedy }));
  }
  for (const [name, x] of Object.entries(xs)) {
    if (x.shape[0] === steps) continue;
    const expected = `sequence \`${name}\` of scan() to have ${steps} steps on its first axis`;
    throw new ShapeError(explain({ expected, got: showShape(x.shape), remedy: "sequences are [time, batch, ...]" }));
  }
  return steps;
}

function maskOf({ mask, lengths }: ScanOptions, steps: number): Tensor | undefined {
  if (mask && lengths) {
    throw new OptionError(explain({ expected: "scan() to get `mask` or `lengths`", got: "both" }));
  }
  if (lengths) {
    if (lengths.rank === 1) return less(reshape(iota(steps), [steps, 1]), reshape(toFloat(lengths), [1, lengths.size]));
    throw new ShapeError(explain({ expected: "`lengths` of scan() to be [batch]", got: showShape(lengths.shape) }));
  }
  if (mask === undefined || mask.shape[0] === steps) return mask;
  const expected = `\`mask\` of scan() to have ${steps} steps on its first axis`;
  throw new ShapeError(explain({ expected, got: showShape(mask.shape), remedy: "masks are [time, batch]" }));
}

/** The mask [...] with axes of size 1 behind, to broadcast over `x` [..., more axes]. */
function expand(mask: Tensor, x: Tensor, owner: string): Tensor {
  if (sameShape(x.shape.slice(0, mask.rank), mask.shape)) {
    return reshape(mask, [...mask.shape, ...x.shape.slice(mask.rank).map(() => 1)]);
  }
  const expected = `${owner} of a masked scan() to begin with the axes of the mask, ${showShape(mask.shape)}`;
  throw new ShapeError(explain({ expected, got: showShape(x.shape) }));
}

function zeros(x: Tensor): Tensor {
  const made = full(x.shape, 0);
  return x.dtype === "int32" ? toInt(made) : made;
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

/** Ops that only look at memory differently: a step looks for itself rather than borrow what another look gave. */
const looks = new Set(["broadcast", "reshape", "transpose"]);

/**
 * Turns what the step borrowed from outside into parameters of its own. Everything that does not depend on a parameter
 * is outside, also when the step made it: it is computed once, before the loop.
 */
function closeOver(roots: readonly Tensor[], parameters: readonly Tensor[]) {
  const inside = dependents(roots, parameters);
  const free = new Set<Tensor>();
  const capture = (x: Tensor): void => {
    if (inside.has(x.node) || x.node.op.name === "full" || parameters.includes(x)) return;
    if (looks.has(x.node.op.name)) capture(x.node.inputs[0]!);
    else free.add(x);
  };
  for (const node of inside) for (const x of node.inputs) capture(x);
  for (const root of roots) capture(root);
  const captured = [...free];
  const constants = captured.map((x, index) => input(`constant.${index}`, x.shape, x.dtype));
  const replaced = new Map(captured.map((x, index) => [x, constants[index]!]));
  return { constants, captured, results: substitute(roots, replaced) };
}

function mapValues(tensors: Tensors, change: (x: Tensor, name: string) => Tensor): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, change(x, name)]));
}
