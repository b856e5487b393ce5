import { initializer, number } from "../cells/option.ts";
import { add, div, mean, mul, sqrt, square } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";

export const rmsNormalizationKind = defineLayer({
  kind: "rmsNormalization",
  required: {},
  options: {
    /** What is added to the mean square, so that zeros stay finite. @default 0.000001 */
    epsilon: number(1e-6),
    /** @default "ones" */
    scaleInitializer: initializer("ones"),
  },
  expects: "[batch, ..., features]",
  output: (input) => (typeof input.shape.at(-1) === "number" && input.dtype === "float32" ? input : undefined),
  weights: ({ shape }, { scaleInitializer }) => ({
    scale: { shape: [shape.at(-1)!], initializer: scaleInitializer },
  }),
  call: ({ tensor }, { scale }, { epsilon }) =>
    mul(div(tensor, sqrt(add(mean(square(tensor), { axes: [-1], keepDims: true }), epsilon))), scale),
});

/**
 * Divides the features of each row, or of each step, by the root of their mean square, then multiplies by learned numbers
 * (Zhang & Sennrich 2019): layer normalization without the mean. A mask goes on.
 */
export function rmsNormalization(options: LayerOptions<typeof rmsNormalizationKind> = {}): Layer {
  return rmsNormalizationKind.create(options);
}
