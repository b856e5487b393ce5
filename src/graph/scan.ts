/** The loop over time, the op that this library exists for, with all that can be asked of it. */
import { explain, OptionError, rejectUnknown, requireInteger, ShapeError } from "../errors.ts";
import { requireSomeSteps, type ScanResult, type StepResult, type Tensors } from "./loop.ts";
import { iota } from "./ops/constant.ts";
import { less } from "./ops/less.ts";
import { reshape } from "./ops/reshape.ts";
import { toFloat } from "./ops/to-float.ts";
import { runSegments } from "./scan-segments.ts";
import { showShape, type Tensor } from "./tensor.ts";

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
  return runSegments({ step, steps, reverse }, { checkpoint, truncate }, carry, xs, mask);
}

function countSteps(xs: Tensors, options: ScanOptions): number {
  const steps = options.steps ?? Object.values(xs)[0]?.shape[0];
  requireSomeSteps(steps, xs);
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
