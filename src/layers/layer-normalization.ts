import { addBias } from "../cells/bias.ts";
import { normalize } from "../cells/normalize.ts";
import { flag, initializer, number } from "../cells/option.ts";
import { mul } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { clean } from "./mask.ts";

export const layerNormalizationKind = defineLayer({
  kind: "layerNormalization",
  required: {},
  options: {
    /** What is added to the variance, so that equal features stay finite. @default 0.001 */
    epsilon: number(0.001),
    /** Whether the result is shifted by learned numbers, beta. @default true */
    center: flag(true),
    /** Whether the result is multiplied by learned numbers, gamma. @default true */
    scale: flag(true),
    /** @default "ones" */
    gammaInitializer: initializer("ones"),
    /** @default "zeros" */
    betaInitializer: initializer("zeros"),
  },
  expects: "[batch, ..., features]",
  output: (input) => (typeof input.shape.at(-1) === "number" && input.dtype === "float32" ? input : undefined),
  weights: ({ shape }, { center, scale, gammaInitializer, betaInitializer }) => ({
    gamma: scale ? { shape: [shape.at(-1)!], initializer: gammaInitializer } : undefined,
    beta: center ? { shape: [shape.at(-1)!], initializer: betaInitializer } : undefined,
  }),
  call(input, { gamma, beta }, { epsilon }) {
    const normal = normalize(clean(input), epsilon);
    return addBias(gamma === undefined ? normal : mul(normal, gamma), beta);
  },
});

/**
 * Gives the features of each row, or of each step, mean 0 and variance 1, then gamma · x + beta (Ba et al. 2016). It looks
 * at one step at a time, so that padding changes nothing. Masked steps count as zeros; a mask goes on.
 */
export function layerNormalization(options: LayerOptions<typeof layerNormalizationKind> = {}): Layer {
  return layerNormalizationKind.create(options);
}
