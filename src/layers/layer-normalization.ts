import { normalize } from "../cells/normalize.ts";
import { number } from "../cells/option.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { clean } from "./mask.ts";
import { scaleAndCenter, scaleAndCenterOptions, scaleAndCenterWeights } from "./scale-and-center.ts";

export const layerNormalizationKind = defineLayer({
  kind: "layerNormalization",
  required: {},
  options: {
    /** What is added to the variance, so that equal features stay finite. @default 0.001 */
    epsilon: number(0.001),
    ...scaleAndCenterOptions,
  },
  expects: "[batch, ..., features]",
  output: (input) => (typeof input.shape.at(-1) === "number" && input.dtype === "float32" ? input : undefined),
  weights: ({ shape }, options) => scaleAndCenterWeights(shape.at(-1)!, options),
  call: (input, weights, { epsilon }) => scaleAndCenter(normalize(clean(input), epsilon), weights),
});

/**
 * Gives the features of each row, or of each step, mean 0 and variance 1, then gamma · x + beta (Ba et al. 2016). It looks
 * at one step at a time, so that padding changes nothing. Masked steps count as zeros; a mask goes on.
 */
export function layerNormalization(options: LayerOptions<typeof layerNormalizationKind> = {}): Layer {
  return layerNormalizationKind.create(options);
}
