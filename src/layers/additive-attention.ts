import { flag, integer, optional } from "../cells/option.ts";
import { attendBy } from "../graph/attend.ts";
import { add, matmul, mul, reshape, sum, type Tensor, tanh } from "../graph/index.ts";
import { type AttentionOutput, defineAttention, type OptionsOf } from "./define-attention.ts";
import type { Layer } from "./layer.ts";

export const additiveAttentionKind = defineAttention({
  kind: "additiveAttention",
  required: {},
  options: {
    /** Features that query and key are brought to by matrices of their own, as in the paper. @default null, no matrices */
    units: optional(integer(1)),
    /** Whether the sum over features is weighted by learned numbers. @default true */
    useScale: flag(true),
  },
  weights: ({ query, key }, { units, useScale }) => ({
    queryKernel: units === null ? undefined : { shape: [query, units], initializer: "glorotUniform" },
    keyKernel: units === null ? undefined : { shape: [key, units], initializer: "glorotUniform" },
    scale: useScale ? { shape: [units ?? query], initializer: "glorotUniform" } : undefined,
  }),
  fits: ({ query, key }, { units }) => units !== null || query === key,
  features: ({ value }) => value,
  look({ query, value, key, counts, drop }, { queryKernel, keyKernel, scale }) {
    const q = queryKernel === undefined ? query : matmul(query, queryKernel);
    const k = keyKernel === undefined ? key : matmul(key, keyKernel);
    const [batch, queries, size] = q.shape as [number, number, number];
    const values = k.shape[1]!;
    const pairs = tanh(add(reshape(q, [batch, queries, 1, size]), reshape(k, [batch, 1, values, size])));
    const weighted: Tensor = scale === undefined ? pairs : mul(pairs, scale);
    return attendBy(sum(weighted, { axes: [-1] }), value, counts, drop);
  },
});

/**
 * Additive attention (Bahdanau et al. 2015): scores are Σ scale · tanh(query + key). Applied to [query, value] or
 * [query, value, key], like `attention`; without `units` query and key have as many features as each other, as in Keras.
 *
 * Masked steps of value and key get no weight, whatever they hold; masked steps of the query give zeros, and its mask goes
 * on. It makes all pairs of steps with all features: for long sequences take `attention`.
 */
export function additiveAttention<const O extends OptionsOf<typeof additiveAttentionKind>>(
  options?: O,
): Layer<AttentionOutput<O>> {
  return additiveAttentionKind.create(options ?? {}) as unknown as Layer<AttentionOutput<O>>;
}
