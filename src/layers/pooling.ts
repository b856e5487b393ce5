/** What the pooling layers have in common: windows over time, and which steps in them count. */
import { choice, integer, optional } from "../cells/option.ts";
import { type Padding, requireWindow, windowsOver } from "../graph/convolve.ts";
import {
  concat,
  div,
  full,
  max,
  maximum,
  mean,
  reshape,
  select,
  sliceAxis,
  stack,
  sum,
  type Tensor,
} from "../graph/index.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";
import { requireWholeSequences } from "./whole-sequences.ts";

export const poolingOptions = {
  /** Steps from one window to the next. @default `poolSize`, so that windows touch */
  strides: optional(integer(1)),
  /** `"same"`: ⌈time / strides⌉ windows, which at both ends may be shorter. @default "valid" */
  padding: choice(["valid", "same"], "valid"),
};

/** Folds the steps of windows [batch, windows, steps, features]; `counts` [batch or 1, windows, steps, 1], if not all do. */
export type Fold = (windows: Tensor, counts: Tensor | undefined) => Tensor;

const STEPS = { axes: [2] };

/** The largest of the steps that count; 0 where none does. */
export const largest: Fold = (windows, counts) => {
  if (counts === undefined) return max(windows, STEPS);
  return select(max(counts, STEPS), max(select(counts, windows, Number.NEGATIVE_INFINITY), STEPS), 0);
};

/** The mean of the steps that count; 0 where none does. */
export const average: Fold = (windows, counts) => {
  if (counts === undefined) return mean(windows, STEPS);
  return div(sum(select(counts, windows, 0), STEPS), maximum(sum(counts, STEPS), 1));
};

interface Pool {
  readonly poolSize: number;
  readonly strides: number | null;
  readonly padding: Padding;
}

const windowsOf = (steps: number, { poolSize, strides, padding }: Pool) =>
  windowsOver(steps, poolSize, strides ?? poolSize, padding, 1);

/** Windows [batch, windows, poolSize, features] over x [batch, time, features], with zeros outside of the sequence. */
function cut(x: Tensor, pool: Pool, kind: string): Tensor {
  const [batch, steps, features] = x.shape as [number, number, number];
  const { before, count, reach } = windowsOf(steps, pool);
  requireWindow(kind, steps, { reach, count });
  const { poolSize } = pool;
  const strides = pool.strides ?? poolSize;
  const needed = (count - 1) * strides + poolSize;
  const after = Math.max(0, needed - before - steps);
  const beside = (size: number) => (size > 0 ? [full([batch, size, features], 0)] : []);
  const all = concat([...beside(before), x, ...beside(after)], 1);
  if (strides === poolSize) return reshape(sliceAxis(all, 1, 0, needed), [batch, count, poolSize, features]);
  return stack(
    Array.from({ length: poolSize }, (_, k) => sliceAxis(all, 1, k, count, strides)),
    2,
  );
}

/** Which steps of the windows count, [batch, windows, poolSize, 1]; `undefined` when all do. */
function countsOf({ tensor, mask }: Value, pool: Pool, kind: string): Tensor | undefined {
  const [batch, steps] = tensor.shape as [number, number];
  const { before, count } = windowsOf(steps, pool);
  const needed = (count - 1) * (pool.strides ?? pool.poolSize) + pool.poolSize;
  if (mask === undefined && before === 0 && needed <= steps) return undefined;
  return cut(reshape(mask ?? full([batch, steps], 1), [batch, steps, 1]), pool, kind);
}

/** The definition of a layer that folds windows of `poolSize` steps. */
export function pooling<const K extends string>(kind: K, fold: Fold) {
  return {
    kind,
    required: { poolSize: integer(1) },
    options: poolingOptions,
    expects: "[batch, time, features] with steps enough for a window",
    output({ shape, dtype }: ValueType, pool: Pool): ValueType | undefined {
      const [time, features] = shape;
      if (shape.length !== 2 || typeof features !== "number" || dtype !== "float32") return undefined;
      if (time === null) return { shape: [null, features], dtype };
      const { count } = windowsOf(time!, pool);
      return count < 1 ? undefined : { shape: [count, features], dtype };
    },
    mask(input: Value, pool: Pool): Tensor | undefined {
      const counts = input.mask && countsOf(input, pool, kind);
      return counts && reshape(max(counts, STEPS), [counts.shape[0]!, counts.shape[1]!]);
    },
    call(input: Value, _weights: object, pool: Pool, trace: Trace): Tensor {
      requireWholeSequences(trace, kind);
      return fold(cut(input.tensor, pool, kind), countsOf(input, pool, kind));
    },
  };
}

/** The definition of a layer that folds all steps. */
export function globalPooling<const K extends string>(kind: K, fold: Fold) {
  return {
    kind,
    required: {},
    options: {},
    expects: "[batch, time, features]",
    output: ({ shape, dtype }: ValueType): ValueType | undefined =>
      shape.length === 2 && dtype === "float32" ? { shape: shape.slice(1), dtype } : undefined,
    mask: () => undefined,
    call({ tensor, mask }: Value, _weights: object, _options: object, trace: Trace): Tensor {
      requireWholeSequences(trace, kind);
      const [batch, steps, features] = tensor.shape as [number, number, number];
      const counts = mask && reshape(mask, [batch, 1, steps, 1]);
      return reshape(fold(reshape(tensor, [batch, 1, steps, features]), counts), [batch, features]);
    },
  };
}
