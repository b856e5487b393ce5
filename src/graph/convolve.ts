/**
 * Convolution over time, composed of slices and matrix products.
 *
 * Rows of a padded batch lie one after the other in memory, so that a window that begins anywhere in the batch is a run of
 * steps, and each tap of the kernel reads the whole batch in one product. Windows that reach from one row into the next
 * are made as well and cut off.
 */
import { explain, rejectUnknown, requireChoice, requireInteger, ShapeError } from "../errors.ts";
import { add } from "./ops/add.ts";
import { concat } from "./ops/concat.ts";
import { matmul } from "./ops/matmul.ts";
import { reshape } from "./ops/reshape.ts";
import { slice } from "./ops/slice.ts";
import { split } from "./ops/split.ts";
import { pad } from "./ops/unslice.ts";
import { showShape, type Tensor } from "./tensor.ts";

/** How windows lie at both ends of a sequence. */
export const paddings = ["valid", "same", "causal"] as const;
export type Padding = (typeof paddings)[number];

/** Windows over the steps of a sequence. */
export interface Windows {
  /** Steps in a window, first to last, those that it leaves out between them included. */
  readonly reach: number;
  /** Steps of zeros before the first. */
  readonly before: number;
  /** How many windows there are. */
  readonly count: number;
}

/** Windows of `size` steps that are `dilationRate` apart, beginning every `strides` steps: the rule of Keras. */
export function windowsOver(
  steps: number,
  size: number,
  strides: number,
  padding: Padding,
  dilationRate: number,
): Windows {
  const reach = (size - 1) * dilationRate + 1;
  if (padding === "valid") return { reach, before: 0, count: Math.floor((steps - reach) / strides) + 1 };
  const count = Math.ceil(steps / strides);
  const missing = Math.max(0, (count - 1) * strides + reach - steps);
  return { reach, before: padding === "causal" ? reach - 1 : Math.floor(missing / 2), count };
}

/** Throws a `ShapeError` where no window fits into a sequence. */
export function requireWindow(owner: string, steps: number, { reach, count }: Omit<Windows, "before">): void {
  if (count >= 1) return;
  const remedy = 'give longer sequences, a smaller window, or padding "same"';
  throw new ShapeError(
    explain({ expected: `at least ${reach} steps for a window of ${owner}`, got: `${steps}`, remedy }),
  );
}

export interface ConvolveOptions {
  /** Steps from one window to the next. @default 1 */
  readonly strides?: number;
  /**
   * `"valid"`: windows lie inside the sequence. `"same"`: ⌈time / strides⌉ of them, with zeros on both sides. `"causal"`:
   * as many, with zeros before, so that a window ends at its step. @default "valid"
   */
  readonly padding?: Padding;
  /** Steps from one tap of a window to the next. @default 1 */
  readonly dilationRate?: number;
}

/** With fewer features, one product over all taps is cheaper than one for each tap, though it reads copies. */
const FEW_FEATURES = 16;

/**
 * Convolution over time (cross-correlation, as in Keras and PyTorch): y[b, i, f] = Σ_k Σ_c x[b, i·strides +
 * k·dilationRate − before, c] · kernel[k, c, f], where steps outside of the sequence are zeros.
 *
 * @param x [batch, time, channels]
 * @param kernel [size, channels, filters]
 * @returns [batch, windows, filters]
 * @throws ShapeError for other shapes, and where no window fits
 */
export function convolve(x: Tensor, kernel: Tensor, options: ConvolveOptions = {}): Tensor {
  rejectUnknown("convolve()", options, ["strides", "padding", "dilationRate"]);
  const { strides = 1, padding = "valid", dilationRate = 1 } = options;
  requireInteger("strides of convolve()", strides, 1);
  requireInteger("dilationRate of convolve()", dilationRate, 1);
  requireChoice("padding of convolve()", padding, paddings);
  if (x.rank !== 3 || kernel.rank !== 3 || x.shape[2] !== kernel.shape[1]) {
    const expected = "convolve() to get [batch, time, channels] and a kernel [size, channels, filters]";
    throw new ShapeError(explain({ expected, got: `${showShape(x.shape)} and ${showShape(kernel.shape)}` }));
  }
  const [batch, steps, channels] = x.shape as [number, number, number];
  const [size, , filters] = kernel.shape as [number, number, number];
  const { reach, before, count } = windowsOver(steps, size, strides, padding, dilationRate);
  requireWindow("convolve()", steps, { reach, count });
  if (size === 1 && strides === 1) return matmul(x, reshape(kernel, [channels, filters]));

  // Each row takes a whole number of strides. A row of zeros at the end serves the last windows to read on.
  const needed = Math.max(before + steps, (count - 1) * strides + reach);
  const length = Math.ceil(needed / strides) * strides;
  const rows = (batch * length) / strides;
  const padded = pad(x, [0, before, 0], [1, length - before - steps, 0]);
  const all = reshape(padded, [(batch + 1) * length, channels]);
  const taps = Array.from({ length: size }, (_, k) =>
    slice(all, [k * dilationRate, 0], [rows, channels], [strides, 1]),
  );
  const made =
    channels < FEW_FEATURES
      ? matmul(concat(taps), reshape(kernel, [size * channels, filters]))
      : split(kernel, size, 0)
          .map((tap, k) => matmul(taps[k]!, reshape(tap, [channels, filters])))
          .reduce(add);
  return slice(reshape(made, [batch, length / strides, filters]), [0, 0, 0], [batch, count, filters]);
}
