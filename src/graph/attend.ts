/** Attention, composed: what all its kinds do with scores, once they have them. */
import { explain, ShapeError } from "../errors.ts";
import { div } from "./ops/div.ts";
import { exp } from "./ops/exp.ts";
import { matmul, transposeLast } from "./ops/matmul.ts";
import { max } from "./ops/max.ts";
import { maximum } from "./ops/maximum.ts";
import { mul } from "./ops/mul.ts";
import { reshape } from "./ops/reshape.ts";
import { select } from "./ops/select.ts";
import { stopGradient } from "./ops/stop-gradient.ts";
import { sub } from "./ops/sub.ts";
import { sum } from "./ops/sum.ts";
import { showShape, type Tensor } from "./tensor.ts";

export interface Attended {
  /** The values' mean by their weights, [..., queries, features]. */
  readonly context: Tensor;
  /** Softmax of the scores, [..., queries, values]; costs nothing when unused. */
  readonly weights: Tensor;
}

/** Less than any score, and finite, so that differences of two stay numbers. */
const LOWEST = -1e30;

/**
 * The mean of values by the softmax of scores.
 *
 * @param scores [..., queries, values]
 * @param values [..., values, features]; those that never count must be numbers all the same
 * @param counts which values count for which query, of a shape that broadcasts to that of the scores; a query for which
 *   none does gets zeros @default all do
 * @param drop what becomes of the weights before they are used: dropout @default nothing
 */
export function attendBy(
  scores: Tensor,
  values: Tensor,
  counts?: Tensor,
  drop: (weights: Tensor) => Tensor = (weights) => weights,
): Attended {
  const last = { axes: [-1], keepDims: true };
  const counted = counts === undefined ? scores : select(counts, scores, LOWEST);
  const powers = exp(sub(counted, stopGradient(max(counted, last))));
  const parts = counts === undefined ? powers : select(counts, powers, 0);
  // The largest part is 1, so that the sum is at least that, or nothing counts.
  const sums = sum(parts, last);
  const total = counts === undefined ? sums : maximum(sums, 0.5);
  // Few numbers are divided, those of the result, instead of all weights.
  return { context: div(matmul(drop(parts), values), total), weights: div(parts, total) };
}

/**
 * Dot-product attention of one query for each row (Luong et al. 2015), as a decoder uses it in its step of time: the mean
 * of `values` by the softmax of query · key.
 *
 * ```ts
 * step({ kernel }, x, { h, context }) {
 *   const next = tanh(matmul(concat([x, context, h]), kernel));
 *   return { h: next, context: attend(next, memory, memory).context };
 * }
 * ```
 *
 * @param query [batch, size], or [batch, queries, size]
 * @param keys [batch, time, size]
 * @param values [batch, time, features]
 * @param counts which steps count, [batch, time]: 1 where they do; the others must still be numbers @default all do
 * @returns the context, [batch, features] or [batch, queries, features], and the weights, [batch, time] or
 *   [batch, queries, time]
 * @throws ShapeError for shapes that do not fit
 */
export function attend(query: Tensor, keys: Tensor, values: Tensor, counts?: Tensor): Attended {
  const [batch, time, size] = keys.shape as [number, number, number];
  const fits = keys.rank === 3 && values.rank === 3 && (query.rank === 2 || query.rank === 3);
  if (!fits || query.shape[0] !== batch || query.shape.at(-1) !== size || values.shape[1] !== time) {
    const expected =
      "attend() to get a query [batch, size], keys [batch, time, size] and values [batch, time, features]";
    throw new ShapeError(explain({ expected, got: [query, keys, values].map((x) => showShape(x.shape)).join(", ") }));
  }
  const queries = query.rank === 2 ? reshape(query, [batch, 1, size]) : query;
  const { context, weights } = attendBy(
    matmul(queries, transposeLast(keys)),
    values,
    counts && reshape(counts, [batch, 1, time]),
  );
  if (query.rank === 3) return { context, weights };
  return { context: reshape(context, [batch, values.shape[2]!]), weights: reshape(weights, [batch, time]) };
}

/** Scores scaled down by √size, so that their variance does not grow with it (Vaswani et al. 2017): scales the queries. */
export function scaled(query: Tensor): Tensor {
  return mul(query, 1 / Math.sqrt(query.shape.at(-1)!));
}
