/**
 * Sample weights and masks, in the way of Keras 3: a weight multiplies, a mask excludes, and the mean of the loss is taken
 * over what the mask leaves. What is excluded may be NaN: it is selected away before and after the arithmetic, so that it
 * reaches neither value nor gradient.
 */
import { explain, ShapeError } from "../errors.ts";
import {
  broadcastTo,
  div,
  full,
  maximum,
  mean,
  mul,
  notEqual,
  reshape,
  type Shape,
  select,
  stack,
  sum,
  type Tensor,
  toFloat,
} from "../graph/index.ts";

export interface Weighting {
  /** [batch] or [batch, time]; entries of weight 0 add nothing, but still count in the mean. @default all 1 */
  readonly sampleWeight?: Tensor;
  /** [batch, time] (or [batch]), not 0 where an entry counts. @default all count */
  readonly mask?: Tensor;
}

/** `x` [batch, …] with 0 in place of what the weighting excludes, as float32; gradients are exactly 0 there. */
export function guard(x: Tensor, weighting: Weighting): Tensor {
  const counts = countedIn(x.shape, weighting);
  return counts === undefined ? toFloat(x) : select(counts, toFloat(x), 0);
}

/**
 * Mean of the loss values [batch, …] as a scalar: Σ weight·value over the counted entries, divided by the number of
 * entries that the mask leaves (zero-weighted ones included). With nothing left it is 0.
 */
export function weightedMean(values: Tensor, weighting: Weighting): Tensor {
  const { sampleWeight, mask } = weighting;
  const counts = countedIn(values.shape, weighting);
  if (counts === undefined) return mean(values);
  const weighted = sampleWeight === undefined ? values : mul(values, align(sampleWeight, values.shape, "sampleWeight"));
  const total = sum(select(counts, weighted, 0));
  if (mask === undefined) return div(total, values.size);
  const left = sum(broadcastTo(notEqual(align(mask, values.shape, "mask"), 0), values.shape));
  return div(total, maximum(left, 1));
}

/** Σ weight·value and Σ weight over the counted entries of values [batch, …], as [2]: the sums of a mean metric. */
export function weightedSums(values: Tensor, weighting: Weighting): Tensor {
  const weights = weightsIn(values.shape, weighting);
  const counts = countedIn(values.shape, weighting);
  const counted = counts === undefined ? values : select(counts, values, 0);
  return stack([sum(mul(weights, counted)), sum(weights)]);
}

/** The weight of each entry of `shape`, 0 where it is excluded. */
export function weightsIn(shape: Shape, weighting: Weighting): Tensor {
  const { sampleWeight } = weighting;
  const weights = sampleWeight === undefined ? full(shape, 1) : align(sampleWeight, shape, "sampleWeight");
  const counts = countedIn(shape, weighting);
  return broadcastTo(counts === undefined ? weights : select(counts, weights, 0), shape);
}

/** 1 for each entry that is neither masked nor weighted 0, to broadcast over `shape`; `undefined` when all count. */
function countedIn(shape: Shape, { sampleWeight, mask }: Weighting): Tensor | undefined {
  const unmasked = mask && notEqual(align(mask, shape, "mask"), 0);
  const weighted = sampleWeight && notEqual(align(sampleWeight, shape, "sampleWeight"), 0);
  return unmasked && weighted ? mul(unmasked, weighted) : (unmasked ?? weighted);
}

/** Weights [batch], [batch, time], … with axes of size 1 behind, to go with the leading axes of `shape`. */
function align(weights: Tensor, shape: Shape, name: string): Tensor {
  const fits = weights.shape.every((size, axis) => size === (shape[axis] ?? 1) || (axis > 0 && size === 1));
  if (fits && weights.rank > 0) {
    return reshape(
      weights,
      shape.map((_, axis) => weights.shape[axis] ?? 1),
    );
  }
  const expected = `a ${name} with the first axes of [${shape.join(", ")}]`;
  const remedy = "give one number per row, or per row and time step";
  throw new ShapeError(explain({ expected, got: `[${weights.shape.join(", ")}]`, remedy }));
}
