import { choice, flag } from "../cells/option.ts";
import { attendBy } from "../graph/attend.ts";
import { matmul, mul, transposeLast } from "../graph/index.ts";
import { type AttentionOutput, defineAttention, type OptionsOf } from "./define-attention.ts";
import type { Layer } from "./layer.ts";

export const attentionKind = defineAttention({
  kind: "attention",
  required: {},
  options: {
    /** `"dot"`: query · key. `"general"`: query · W · key, for other features, too. @default "dot" */
    scoreMode: choice(["dot", "general"], "dot"),
    /** Whether scores are multiplied by a learned number that begins as 1. @default false */
    useScale: flag(false),
  },
  weights: ({ query, key }, { scoreMode, useScale }) => ({
    kernel: scoreMode === "general" ? { shape: [query, key], initializer: "glorotUniform" } : undefined,
    scale: useScale ? { shape: [], initializer: "ones" } : undefined,
  }),
  fits: ({ query, key }, { scoreMode }) => scoreMode === "general" || query === key,
  features: ({ value }) => value,
  look({ query, value, key, counts, drop }, { kernel, scale }) {
    const turned = kernel === undefined ? query : matmul(query, kernel);
    const sized = scale === undefined ? turned : mul(turned, scale);
    return attendBy(matmul(sized, transposeLast(key)), value, counts, drop);
  },
});

/**
 * Attention by products (Luong et al. 2015): each step of the query gets the mean of the value's steps, weighted by the
 * softmax of their scores. Applied to [query, value] or [query, value, key]: [batch, steps, size], [batch, time, features]
 * and [batch, time, size] give [batch, steps, features]. The key is the value where it is left out.
 *
 * Masked steps of value and key get no weight, whatever they hold; masked steps of the query give zeros, and its mask goes
 * on. A step that has nothing to look at gets zeros.
 */
export function attention<const O extends OptionsOf<typeof attentionKind>>(options?: O): Layer<AttentionOutput<O>> {
  return attentionKind.create(options ?? {}) as unknown as Layer<AttentionOutput<O>>;
}
