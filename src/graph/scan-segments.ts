/**
 * A scan over segments of time: an outer loop from segment to segment, whose step is a scan through the segment. What
 * goes from one segment to the next can be kept alone (checkpoints), or handed over without a gradient (truncation).
 */
import { type Loop, mapValues, runLoop, type ScanResult, type StepResult, type Tensors } from "./loop.ts";
import { concat } from "./ops/concat.ts";
import { reshape } from "./ops/reshape.ts";
import { slice } from "./ops/slice.ts";
import { stopGradient } from "./ops/stop-gradient.ts";
import type { Tensor } from "./tensor.ts";

/** Which segments there are; see `ScanOptions`. */
export interface Segments {
  readonly checkpoint: boolean;
  readonly truncate: number | undefined;
}

interface Segmented<C extends Tensors, X extends Tensors, Y extends Tensors> extends Loop<C, X, Y> {
  /** Steps of a segment, fewer than all. */
  readonly length: number;
  readonly checkpoint: boolean;
  readonly truncates: boolean;
}

/** A loop in segments, or in one where all steps fit into it. */
export function runSegments<C extends Tensors, X extends Tensors, Y extends Tensors>(
  loop: Loop<C, X, Y>,
  { checkpoint, truncate }: Segments,
  carry: C,
  xs: X,
  mask: Tensor | undefined,
): ScanResult<C, Y> {
  const { steps } = loop;
  const length = truncate ?? (checkpoint ? Math.ceil(Math.sqrt(steps)) : steps);
  if (length >= steps) return runLoop(loop, carry, xs, mask);
  return scanSegments({ ...loop, length, checkpoint, truncates: truncate !== undefined }, carry, xs, mask);
}

/** Names of what goes through the outer loop, beside the user's own. */
const MASK = "mask";
const [SEQUENCE, OUTPUT, LABEL] = ["x.", "output.", "label."];

/**
 * All segments but the last are steps of the outer loop. The last has the steps that are left and stands for itself, so
 * that gradients reach it from its final carry, and the first segment's reach the initial one.
 */
function scanSegments<C extends Tensors, X extends Tensors, Y extends Tensors>(
  { step, steps, reverse, length, checkpoint, truncates }: Segmented<C, X, Y>,
  carry: C,
  xs: X,
  mask: Tensor | undefined,
): ScanResult<C, Y> {
  const segments = Math.ceil(steps / length) - 1;
  const inLoop = segments * length;
  const rest = steps - inLoop;
  const [loopStart, restStart] = reverse ? [rest, 0] : [0, inLoop];
  const segmented = (x: Tensor) => {
    const part = stretch(x, loopStart, inLoop);
    return reshape(part, [segments, length, ...part.shape.slice(1)]);
  };
  const through = { ...prefixed(SEQUENCE, mapValues(xs, segmented)), ...(mask && { [MASK]: segmented(mask) }) };

  const outer = runLoop<Tensors, Tensors, Tensors>(
    {
      steps: segments,
      reverse,
      recompute: checkpoint,
      step: (before, x): StepResult<Tensors, Tensors> => {
        const made = runLoop({ step, steps: length, reverse }, before as C, named(SEQUENCE, x) as X, x[MASK]);
        const after = truncates ? mapValues(made.carry, stopGradient) : made.carry;
        return { carry: after, outputs: { ...prefixed(OUTPUT, made.outputs), ...prefixed(LABEL, made.intermediates) } };
      },
    },
    carry,
    through,
    undefined,
  );
  const ofRest = (x: Tensor) => stretch(x, restStart, rest);
  const last = runLoop(
    { step, steps: rest, reverse },
    outer.carry as C,
    mapValues(xs, ofRest) as X,
    mask && ofRest(mask),
  );

  const joined = (prefix: string, ends: Tensors): Tensors => {
    const early = named(prefix, outer.outputs);
    return mapValues(ends, (end, name) => {
      const begin = reshape(early[name]!, [inLoop, ...end.shape.slice(1)]);
      return concat(reverse ? [end, begin] : [begin, end], 0);
    });
  };
  return {
    carry: last.carry,
    outputs: joined(OUTPUT, last.outputs) as Y,
    intermediates: joined(LABEL, last.intermediates),
  };
}

/** `count` steps of a sequence [time, ...]. */
function stretch(x: Tensor, start: number, count: number): Tensor {
  const others = x.shape.slice(1);
  const starts = [start, ...others.map(() => 0)];
  return slice(x, starts, [count, ...others], [1, ...others.map(() => 1)]);
}

function prefixed(prefix: string, tensors: Tensors): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [prefix + name, x]));
}

/** Those whose names begin with the prefix, without it. */
function named(prefix: string, tensors: Tensors): Record<string, Tensor> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, x]) => [name.slice(prefix.length), x]));
}
