import { addBias } from "../cells/bias.ts";
import { activation, flag, initializer, integer, rate } from "../cells/option.ts";
import { add, div, matmul, mul, sqrt, square, sum, type Tensor } from "../graph/index.ts";
import { causalConvolution } from "./causal.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import { dropoutMask } from "./dropout-mask.ts";
import type { Layer } from "./layer.ts";
import { clean } from "./mask.ts";

/** Each filter as a direction times a length of its own (Salimans & Kingma 2016). @param kernel [size, channels, filters] */
function normalize(kernel: Tensor, length: Tensor | undefined): Tensor {
  if (length === undefined) return kernel;
  return mul(kernel, div(length, sqrt(sum(square(kernel), { axes: [0, 1] }))));
}

export const tcnBlockKind = defineLayer({
  kind: "tcnBlock",
  required: { filters: integer(1) },
  options: {
    /** Steps in a window. @default 3 */
    kernelSize: integer(1, 3),
    /** Steps between the taps of a window. @default 1 */
    dilationRate: integer(1, 1),
    /** Share of the filters to drop after each convolution while training, at all steps alike. @default 0 */
    dropout: rate(0),
    /** Whether each filter is a direction and a length that are learned apart. @default false */
    weightNormalization: flag(false),
    /** @default "relu" */
    activation: activation("relu"),
    /** @default "heNormal" */
    kernelInitializer: initializer("heNormal"),
  },
  expects: "[batch, time, features]",
  output: ({ shape, dtype }, { filters }) =>
    shape.length === 2 && typeof shape[1] === "number" && dtype === "float32"
      ? { shape: [shape[0]!, filters], dtype }
      : undefined,
  weights({ shape }, { filters, kernelSize, weightNormalization, kernelInitializer: initializer }) {
    const channels = shape[1]!;
    // The length that He et al. 2015 give the filters of rectified units.
    const length = { shape: [filters], initializer: { name: "constant", value: Math.SQRT2 } } as const;
    const bias = { shape: [filters], initializer: "zeros" } as const;
    const isNarrower = channels !== filters;
    return {
      kernel1: { shape: [kernelSize, channels, filters], initializer },
      length1: weightNormalization ? length : undefined,
      bias1: bias,
      kernel2: { shape: [kernelSize, filters, filters], initializer },
      length2: weightNormalization ? length : undefined,
      bias2: bias,
      residualKernel: isNarrower ? { shape: [channels, filters], initializer } : undefined,
      residualBias: isNarrower ? bias : undefined,
    };
  },
  call(input, weights, { dilationRate, dropout, activation }, trace) {
    const { mask } = input;
    const layer = (x: Tensor, kernel: Tensor, length: Tensor | undefined, bias: Tensor) => {
      const steps = clean({ tensor: x, mask });
      const y = activation(add(causalConvolution(steps, normalize(kernel, length), dilationRate, trace), bias));
      if (!trace.training || dropout === 0) return y;
      return mul(y, dropoutMask(trace, [y.shape[0]!, 1, y.shape[2]!], dropout));
    };
    const { kernel1, length1, bias1, kernel2, length2, bias2, residualKernel, residualBias } = weights;
    const y = layer(layer(input.tensor, kernel1, length1, bias1), kernel2, length2, bias2);
    const x = clean(input);
    return activation(add(y, residualKernel ? addBias(matmul(x, residualKernel), residualBias) : x));
  },
});

/**
 * Residual block of a temporal convolutional network (Bai et al. 2018): two causal, dilated convolutions over
 * [batch, time, features], each with activation and dropout, plus the input (through a matrix where it has other features
 * than `filters`), and the activation again. Masked steps count as zeros; a mask goes on.
 *
 * @param filters features of the output
 */
export function tcnBlock(filters: number, options: LayerOptions<typeof tcnBlockKind> = {}): Layer {
  return tcnBlockKind.create({ filters, ...options });
}
