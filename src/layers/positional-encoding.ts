import { integer, optional } from "../cells/option.ts";
import { explain, ShapeError } from "../errors.ts";
import { add, constant, sliceAxis, type Tensor } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { requireWholeSequences } from "./whole-sequences.ts";

/** Sine and cosine of the step at wavelengths from 2π to 20,000π, feature by feature in turns (Vaswani et al. 2017). */
function waves(steps: number, features: number): Tensor {
  const numbers = Array.from({ length: steps * features }, (_, i) => {
    const [step, feature] = [Math.floor(i / features), i % features];
    const angle = step / 10_000 ** ((feature - (feature % 2)) / features);
    return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return constant(numbers, [steps, features]);
}

export const positionalEncodingKind = defineLayer({
  kind: "positionalEncoding",
  required: {},
  options: {
    /** Learns a vector for each of so many steps, instead of sines and cosines that go on for ever. @default null */
    learnedSteps: optional(integer(1)),
  },
  expects: "[batch, time, features], of no more steps than it learns",
  output: (input, { learnedSteps }) => {
    const [time, features] = input.shape;
    const fits = input.shape.length === 2 && typeof features === "number" && input.dtype === "float32";
    return fits && (learnedSteps === null || time === null || time! <= learnedSteps) ? input : undefined;
  },
  weights: ({ shape }, { learnedSteps }) => ({
    embeddings: learnedSteps === null ? undefined : { shape: [learnedSteps, shape[1]!], initializer: "glorotUniform" },
  }),
  call({ tensor }, { embeddings }, _options, trace) {
    requireWholeSequences(trace, "positionalEncoding");
    const [, steps, features] = tensor.shape as [number, number, number];
    if (embeddings === undefined) return add(tensor, waves(steps, features));
    const learned = embeddings.shape[0]!;
    if (steps <= learned) return add(tensor, sliceAxis(embeddings, 0, 0, steps));
    const expected = `sequences of at most ${learned} steps for positionalEncoding`;
    throw new ShapeError(explain({ expected, got: `${steps}`, remedy: "give a larger `learnedSteps`" }));
  },
});

/**
 * Adds to each step a vector that tells which one it is: attention by itself does not know. Sines and cosines (Vaswani et
 * al. 2017), or with `learnedSteps` learned vectors. A mask goes on. The option `rotary` of `multiHeadAttention` and of the
 * blocks of transformers is another way.
 */
export function positionalEncoding(options: LayerOptions<typeof positionalEncodingKind> = {}): Layer {
  return positionalEncodingKind.create(options);
}
