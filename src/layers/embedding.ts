import { flag, initializer, integer } from "../cells/option.ts";
import { gather, notEqual, toInt } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import { requireIds } from "./ids.ts";
import type { Layer } from "./layer.ts";

export const embeddingKind = defineLayer({
  kind: "embedding",
  required: { vocabulary: integer(1), width: integer(1) },
  options: {
    /** Whether id 0 is padding: its steps are masked. @default false */
    maskZero: flag(false),
    /** @default uniform between −0.05 and 0.05 */
    embeddingsInitializer: initializer("randomUniform"),
  },
  inputDtype: "int32",
  expects: "[batch, ...] of ids",
  output: ({ shape }, { width }) => ({ shape: [...shape, width], dtype: "float32" }),
  weights: (_input, { vocabulary, width, embeddingsInitializer }) => ({
    embeddings: { shape: [vocabulary, width], initializer: embeddingsInitializer },
  }),
  mask: ({ tensor, mask }, { maskZero }) => (maskZero ? notEqual(tensor, 0) : mask),
  padding: ({ maskZero }) => (maskZero ? 0 : undefined),
  call: ({ tensor }, { embeddings }) => gather(embeddings, toInt(tensor)),
  checkIds: (ids, { vocabulary }, title) => requireIds(ids, vocabulary, title),
});

/**
 * Turns ids into vectors: [batch, time] of int32 gives [batch, time, width].
 *
 * @param vocabulary number of ids; they go from 0 to vocabulary − 1
 * @param width size of each vector
 */
export function embedding(vocabulary: number, width: number, options: LayerOptions<typeof embeddingKind> = {}): Layer {
  return embeddingKind.create({ vocabulary, width, ...options });
}
