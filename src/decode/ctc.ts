/** From the outputs of a model trained with CTC to labels: the best path, or a search over prefixes. */
import { type ArrayLikeInput, type NumericArray, toNumericArray } from "../data/array.ts";
import { cutRows } from "../data/ragged.ts";
import { isRagged } from "../data/rows.ts";
import { explain, OptionError, rejectUnknown, requireInteger, ShapeError, show } from "../errors.ts";
import { logProbabilities } from "./log-probabilities.ts";
import { requireProbabilities } from "./step-model.ts";

export interface CtcDecodeOptions {
  /** The class that stands for no label. @default 0 */
  readonly blank?: number;
  /** Whether the model gives logits rather than probabilities. @default false */
  readonly fromLogits?: boolean;
  /** Number of steps of each row that count, for outputs that are not ragged. @default all */
  readonly lengths?: readonly number[];
}

export interface CtcBeamOptions extends CtcDecodeOptions {
  /** Prefixes that go on from step to step. @default 16 */
  readonly width?: number;
}

/** Labels of one row. */
export interface Labelled {
  readonly labels: readonly number[];
  /** log P of the labels, as far as the search has seen their alignments; of the best path for `ctcGreedy`. */
  readonly logProbability: number;
}

/**
 * The most probable class of each step, equal neighbours merged and blanks left out.
 *
 * @param outputs [batch, time, classes], or `Ragged`, as `predict` gives them
 */
export function ctcGreedy(outputs: ArrayLikeInput, options: CtcDecodeOptions = {}): Labelled[] {
  rejectUnknown("ctcGreedy()", options, ["blank", "fromLogits", "lengths"]);
  const { rows, blank } = rowsOf(outputs, options);
  return rows.map((steps) => {
    const best = steps.map((logs) => logs.indexOf(Math.max(...logs)));
    return {
      labels: best.filter((label, t) => label !== blank && label !== best[t - 1]),
      logProbability: steps.reduce((sum, logs, t) => sum + logs[best[t]!]!, 0),
    };
  });
}

/** A beginning of the labels, as a node of a tree; both numbers are logarithms of sums over alignments. */
interface Prefix {
  readonly label: number;
  readonly parent: Prefix | undefined;
  readonly children: Map<number, Prefix>;
  /** Of those whose last step is a blank, and of those whose last step is the last label. */
  blank: number;
  named: number;
}

/**
 * The most probable labels that a search over prefixes finds for each row, best first (Graves 2012, section 7.5.3; as in
 * Hannun et al. 2014). Unlike the best path it adds up all alignments of the same labels.
 *
 * @param outputs [batch, time, classes], or `Ragged`, as `predict` gives them
 */
export function ctcBeamSearch(outputs: ArrayLikeInput, options: CtcBeamOptions = {}): Labelled[][] {
  rejectUnknown("ctcBeamSearch()", options, ["blank", "fromLogits", "lengths", "width"]);
  const { width = 16 } = options;
  requireInteger("width", width, 1);
  const { rows, blank } = rowsOf(outputs, options);
  return rows.map((steps) => {
    const root: Prefix = { ...nothing, label: blank, parent: undefined, children: new Map(), blank: 0 };
    let beam: readonly Prefix[] = [root];
    for (const logs of steps) beam = nextBeam(beam, logs, blank, width);
    return beam.map((prefix) => ({ labels: labelsOf(prefix), logProbability: totalOf(prefix) }));
  });
}

const nothing = { blank: Number.NEGATIVE_INFINITY, named: Number.NEGATIVE_INFINITY };

/** The best prefixes after one more step. */
function nextBeam(beam: readonly Prefix[], logs: Float64Array, blank: number, width: number): readonly Prefix[] {
  const before = beam.map((prefix) => ({ prefix, blank: prefix.blank, named: prefix.named, total: totalOf(prefix) }));
  const reached = new Set<Prefix>();
  const reach = (prefix: Prefix, end: "blank" | "named", log: number) => {
    if (log === Number.NEGATIVE_INFINITY) return;
    if (!reached.has(prefix)) Object.assign(prefix, nothing);
    reached.add(prefix);
    prefix[end] = addLogs(prefix[end], log);
  };
  for (const { prefix, total } of before) reach(prefix, "blank", total + logs[blank]!);
  for (const { prefix, blank: afterBlank, named, total } of before) {
    for (const [label, log] of logs.entries()) {
      if (label === blank) continue;
      const isRepeated = label === prefix.label && prefix.parent !== undefined;
      if (isRepeated) reach(prefix, "named", named + log);
      // A label right after itself is new only when a blank is between.
      reach(childOf(prefix, label), "named", (isRepeated ? afterBlank : total) + log);
    }
  }
  return [...reached].sort((a, b) => totalOf(b) - totalOf(a)).slice(0, width);
}

function childOf(parent: Prefix, label: number): Prefix {
  const known = parent.children.get(label);
  if (known !== undefined) return known;
  const made: Prefix = { ...nothing, label, parent, children: new Map() };
  parent.children.set(label, made);
  return made;
}

function labelsOf(prefix: Prefix): number[] {
  const labels: number[] = [];
  for (let at = prefix; at.parent !== undefined; at = at.parent) labels.push(at.label);
  return labels.reverse();
}

const totalOf = ({ blank, named }: Prefix) => addLogs(blank, named);

/** log(eᵃ + eᵇ). */
function addLogs(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}

/** Log probabilities of the steps of each row that count. */
function rowsOf(outputs: ArrayLikeInput, options: CtcDecodeOptions) {
  const { blank = 0, fromLogits = false, lengths } = options;
  const array = toNumericArray(outputs, "outputs");
  const classes = array.shape.at(-1)!;
  requireInteger("blank", blank, 0);
  if (array.shape.length !== (isRagged(array) ? 2 : 3) || blank >= classes) {
    const expected = `outputs [batch, time, more than ${blank} classes]`;
    throw new ShapeError(explain({ expected, got: `[${array.shape.join(", ")}]` }));
  }
  const given = isRagged(array) ? array : cutRows(array, lengthsOf(array, lengths));
  if (isRagged(array) && lengths !== undefined) {
    throw new OptionError(explain({ expected: "ragged outputs without `lengths`", got: show(lengths) }));
  }
  const rows = Array.from(given.lengths, (length, row) => {
    const { data } = given.row(row);
    return Array.from({ length }, (_, t) => {
      const step = Float64Array.from(data.subarray(t * classes, (t + 1) * classes));
      if (fromLogits) return logProbabilities(step);
      requireProbabilities(step);
      return step.map(Math.log);
    });
  });
  return { rows, blank };
}

/** Steps of each row that count. */
function lengthsOf({ shape }: NumericArray, lengths: readonly number[] | undefined): Int32Array {
  const [batch, time] = shape as [number, number];
  if (lengths === undefined) return new Int32Array(batch).fill(time);
  const isLength = (length: number) => Number.isInteger(length) && length >= 0 && length <= time;
  if (lengths.length === batch && lengths.every(isLength)) return Int32Array.from(lengths);
  const expected = `\`lengths\` to be ${batch} whole numbers up to ${time}`;
  throw new OptionError(explain({ expected, got: show(lengths) }));
}
