import { addBias } from "../cells/bias.ts";
import { activation, flag, initializer, integer } from "../cells/option.ts";
import { matmul } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";

export const denseKind = defineLayer({
  kind: "dense",
  required: { units: integer(1) },
  options: {
    /** Function of the outputs, by name. @default "linear" */
    activation: activation("linear"),
    /** Whether there is a bias. @default true */
    useBias: flag(true),
    /** @default "glorotUniform" */
    kernelInitializer: initializer("glorotUniform"),
    /** @default "zeros" */
    biasInitializer: initializer("zeros"),
  },
  expects: "[batch, ..., features]",
  output: ({ shape, dtype }, { units }) =>
    typeof shape.at(-1) === "number" && dtype === "float32"
      ? { shape: [...shape.slice(0, -1), units], dtype }
      : undefined,
  weights: ({ shape }, { units, useBias, kernelInitializer, biasInitializer }) => ({
    kernel: { shape: [shape.at(-1)!, units], initializer: kernelInitializer },
    bias: useBias ? { shape: [units], initializer: biasInitializer } : undefined,
  }),
  call: ({ tensor }, { kernel, bias }, { activation }) => activation(addBias(matmul(tensor, kernel), bias)),
});

/**
 * y = activation(x W + b) over the last axis, at each time step if there are any. A mask goes on.
 *
 * @param units features of the output
 */
export function dense(units: number, options: LayerOptions<typeof denseKind> = {}): Layer {
  return denseKind.create({ units, ...options });
}
