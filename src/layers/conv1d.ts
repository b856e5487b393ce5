import { addBias } from "../cells/bias.ts";
import { activation, choice, flag, initializer, integer } from "../cells/option.ts";
import { paddings, windowsOver } from "../graph/convolve.ts";
import { convolve, mul, type Padding, sliceAxis, type Tensor } from "../graph/index.ts";
import { causalConvolution } from "./causal.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { clean } from "./mask.ts";
import { requireWholeSequences } from "./whole-sequences.ts";

interface Window {
  readonly kernelSize: number;
  readonly strides: number;
  readonly padding: Padding;
  readonly dilationRate: number;
}

const windowsOf = (steps: number, { kernelSize, strides, padding, dilationRate }: Window) =>
  windowsOver(steps, kernelSize, strides, padding, dilationRate);

/** Which steps of the output count. */
function maskOf(mask: Tensor, window: Window): Tensor {
  const { count } = windowsOf(mask.shape[1]!, window);
  const tap = (k: number) => sliceAxis(mask, 1, k * window.dilationRate, count, window.strides);
  if (window.padding !== "valid") return tap(0);
  return Array.from({ length: window.kernelSize }, (_, k) => tap(k)).reduce(mul);
}

export const conv1dKind = defineLayer({
  kind: "conv1d",
  required: { filters: integer(1), kernelSize: integer(1) },
  options: {
    /** Steps from one window to the next. @default 1 */
    strides: integer(1, 1),
    /**
     * `"valid"`: windows inside of the sequence alone. `"same"`: zeros on both sides, so that as many steps come out as go
     * in. `"causal"`: zeros before, so that a step sees itself and steps before it. @default "valid"
     */
    padding: choice(paddings, "valid"),
    /** Steps between the taps of a window. @default 1 */
    dilationRate: integer(1, 1),
    /** Function of the outputs, by name. @default "linear" */
    activation: activation("linear"),
    /** Whether there is a bias. @default true */
    useBias: flag(true),
    /** @default "glorotUniform" */
    kernelInitializer: initializer("glorotUniform"),
    /** @default "zeros" */
    biasInitializer: initializer("zeros"),
  },
  expects: "[batch, time, features] with steps enough for a window",
  output({ shape, dtype }, { filters, ...window }) {
    const [time, features] = shape;
    if (shape.length !== 2 || typeof features !== "number" || dtype !== "float32") return undefined;
    if (time === null) return { shape: [null, filters], dtype };
    const { count } = windowsOf(time!, window);
    return count < 1 ? undefined : { shape: [count, filters], dtype };
  },
  weights: ({ shape }, { filters, kernelSize, useBias, kernelInitializer, biasInitializer }) => ({
    kernel: { shape: [kernelSize, shape[1]!, filters], initializer: kernelInitializer },
    bias: useBias ? { shape: [filters], initializer: biasInitializer } : undefined,
  }),
  mask: ({ mask }, options) => mask && maskOf(mask, options),
  call(input, { kernel, bias }, { activation, kernelSize, strides, padding, dilationRate }, trace) {
    const isCausal = (padding === "causal" || kernelSize === 1) && strides === 1;
    if (!isCausal) requireWholeSequences(trace, 'conv1d other than "causal" without strides');
    const x = clean(input);
    const made = isCausal
      ? causalConvolution(x, kernel, dilationRate, trace)
      : convolve(x, kernel, { strides, dilationRate, padding });
    return activation(addBias(made, bias));
  },
});

/**
 * Convolution over time: [batch, time, features] gives [batch, windows, filters], each from a window of `kernelSize` steps.
 * The kernel is [kernelSize, features, filters], as in Keras.
 *
 * Masked steps count as zeros, whatever they hold. The mask goes on: with `"valid"` a step counts where its whole window
 * does, else where the step does at which the window stands.
 *
 * @param filters features of the output
 * @param kernelSize steps in a window
 */
export function conv1d(filters: number, kernelSize: number, options: LayerOptions<typeof conv1dKind> = {}): Layer {
  return conv1dKind.create({ filters, kernelSize, ...options });
}
