import { normalize } from "../cells/normalize.ts";
import { flag, number } from "../cells/option.ts";
import { add, mul } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { clean } from "./mask.ts";

export const layerNormalizationKind = defineLayer({
  kind: "layerNormalization",
  required: {},
  options: {
    /** What is added to the variance. @default 0.001 */
    epsilon: number(0.001),
    /** Whether features have a learned offset, `beta`. @default true */
    center: flag(true),
    /** Whether features have a learned factor, `gamma`. @default true */
    scale: flag(true),
  },
  expects: "[batch, ..., features]",
  output: (input) => (typeof input.shape.at(-1) === "number" && input.dtype === "float32" ? input : undefined),
  weights: ({ shape }, { center, scale }) => ({
    gamma: scale ? { shape: [shape.at(-1)!], initializer: "ones" } : undefined,
    beta: center ? { shape: [shape.at(-1)!], initializer: "zeros" } : undefined,
  }),
  call(input, { gamma, beta }, { epsilon }) {
    const normal = normalize(clean(input), epsilon);
    const sized = gamma === undefined ? normal : mul(normal, gamma);
    return beta === undefined ? sized : add(sized, beta);
  },
});

/**
 * Brings the features of each step to mean 0 and variance 1, then to a learned factor and offset (Ba et al. 2016). Masked
 * steps count as zeros; a mask goes on.
 */
export function layerNormalization(options: LayerOptions<typeof layerNormalizationKind> = {}): Layer {
  return layerNormalizationKind.create(options);
}
