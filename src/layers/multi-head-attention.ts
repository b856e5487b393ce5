import { flag, initializer, integer, optional } from "../cells/option.ts";
import { attendBy, scaled } from "../graph/attend.ts";
import { add, matmul, reshape, swapAxes, type Tensor, transpose } from "../graph/index.ts";
import { type AttentionOutput, defineAttention, type OptionsOf } from "./define-attention.ts";
import type { Layer } from "./layer.ts";
import { requirePairs, rotate } from "./rotary.ts";

/** x [batch, time, features] by a kernel [features, heads, size], plus a bias [heads, size]: [batch, heads, time, size]. */
function project(x: Tensor, kernel: Tensor, bias: Tensor | undefined): Tensor {
  const [features, heads, size] = kernel.shape as [number, number, number];
  const made = matmul(x, reshape(kernel, [features, heads * size]));
  const moved = bias === undefined ? made : add(made, reshape(bias, [heads * size]));
  return swapAxes(reshape(moved, [x.shape[0]!, x.shape[1]!, heads, size]), 1, 2);
}

export const multiHeadAttentionKind = defineAttention({
  kind: "multiHeadAttention",
  required: { numHeads: integer(1), keyDim: integer(1) },
  options: {
    /** Features of the values of each head. @default `keyDim` */
    valueDim: optional(integer(1)),
    /** Whether there are biases. @default true */
    useBias: flag(true),
    /**
     * Whether scores depend on how far apart the steps of query and key are: both are turned by angles that grow with the
     * step (Su et al. 2021). It takes the place of `positionalEncoding`, and `keyDim` must be even. @default false
     */
    rotary: flag(false),
    /** @default "glorotUniform" */
    kernelInitializer: initializer("glorotUniform"),
  },
  weights({ query, value, key }, { numHeads, keyDim, valueDim, useBias, rotary, kernelInitializer: initializer }) {
    if (rotary) requirePairs(keyDim);
    const [size, bias] = [valueDim ?? keyDim, (shape: readonly number[]) => ({ shape, initializer: "zeros" }) as const];
    return {
      queryKernel: { shape: [query, numHeads, keyDim], initializer },
      queryBias: useBias ? bias([numHeads, keyDim]) : undefined,
      keyKernel: { shape: [key, numHeads, keyDim], initializer },
      keyBias: useBias ? bias([numHeads, keyDim]) : undefined,
      valueKernel: { shape: [value, numHeads, size], initializer },
      valueBias: useBias ? bias([numHeads, size]) : undefined,
      outputKernel: { shape: [numHeads, size, query], initializer },
      outputBias: useBias ? bias([query]) : undefined,
    };
  },
  fits: () => true,
  features: ({ query }) => query,
  heads: ({ numHeads }) => [numHeads],
  look({ query, value, key, counts, drop }, weights, { rotary }) {
    const placed = rotary ? rotate : (x: Tensor) => x;
    const queries = placed(scaled(project(query, weights.queryKernel, weights.queryBias)));
    const keys = placed(project(key, weights.keyKernel, weights.keyBias));
    const values = project(value, weights.valueKernel, weights.valueBias);
    const ofHeads = counts && reshape(counts, [counts.shape[0]!, 1, counts.shape[1]!, counts.shape[2]!]);
    const looked = attendBy(matmul(queries, transpose(keys, [0, 1, 3, 2])), values, ofHeads, drop);
    const [heads, size, features] = weights.outputKernel.shape as [number, number, number];
    const [batch, steps] = query.shape as [number, number];
    const joined = reshape(swapAxes(looked.context, 1, 2), [batch, steps, heads * size]);
    const made = matmul(joined, reshape(weights.outputKernel, [heads * size, features]));
    return { context: weights.outputBias ? add(made, weights.outputBias) : made, weights: looked.weights };
  },
});

/**
 * Attention with several heads (Vaswani et al. 2017): query, key and value are brought to `keyDim` features for each head
 * (the value to `valueDim`), each head looks by itself with scores over √keyDim, and a matrix joins what they found to as
 * many features as the query has. Applied to [query, value] or [query, value, key]; to [x, x] it is self-attention. Weights
 * are those of Keras, in its order and shapes.
 *
 * Masked steps of value and key get no weight, whatever they hold; masked steps of the query give zeros, and its mask goes
 * on.
 *
 * @param numHeads number of heads
 * @param keyDim features of query and key for each head
 */
export function multiHeadAttention<const O extends OptionsOf<typeof multiHeadAttentionKind>>(
  numHeads: number,
  keyDim: number,
  options?: O,
): Layer<AttentionOutput<O>> {
  return multiHeadAttentionKind.create({ numHeads, keyDim, ...options }) as unknown as Layer<AttentionOutput<O>>;
}
