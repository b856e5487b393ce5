import { explain, ShapeError } from "../errors.ts";
import { add, concat, label, matmul, mul, pad, reshape, slice, split, type Tensor } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { lstmBias, lstmOptions } from "./lstm.ts";
import { integer } from "./option.ts";

interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Rows and columns of a window. */
  readonly window: readonly [number, number];
}

/** How the features of a step lie: by row, then by column, then by channel. */
function gridOf(inputSize: number, options: Record<"rows" | "channels" | "kernelSize", number>): Grid {
  const { rows, channels, kernelSize } = options;
  const columns = inputSize / (rows * channels);
  if (!Number.isInteger(columns)) {
    const expected = `the features of convLstm to be rows · columns · channels, with rows ${rows} and channels ${channels}`;
    throw new ShapeError(explain({ expected, got: `${inputSize} features` }));
  }
  return { rows, columns, window: [rows === 1 ? 1 : kernelSize, kernelSize] };
}

/** Convolution of a grid with as many windows as there are places, with zeros around it: one product over all windows. */
function convolveGrid(x: Tensor, kernel: Tensor, { rows, columns, window: [high, wide] }: Grid): Tensor {
  const [batch, [, , channels, filters]] = [x.shape[0]!, kernel.shape as [number, number, number, number]];
  const [above, left] = [Math.floor((high - 1) / 2), Math.floor((wide - 1) / 2)];
  const grid = reshape(x, [batch, rows, columns, channels]);
  const padded = pad(grid, [0, above, left, 0], [0, high - 1 - above, wide - 1 - left, 0]);
  const taps = Array.from({ length: high * wide }, (_, tap) =>
    slice(padded, [0, Math.floor(tap / wide), tap % wide, 0], [batch, rows, columns, channels]),
  );
  return matmul(concat(taps), reshape(kernel, [high * wide * channels, filters]));
}

/**
 * Convolutional LSTM (Shi et al. 2015) without peepholes, as in Keras: input and state are grids of places, and all
 * products are convolutions. `units` is the number of filters; the output has as many features for each place.
 *
 * The features of a step are those of a grid row by row, [rows · columns · channels]; the columns follow from their number.
 * With one row it is a line of places.
 */
export const convLstm = libraryCell({
  name: "convLstm",
  source: "Shi, Chen, Wang, Yeung, Wong & Woo 2015, Convolutional LSTM network",
  gates: ["input", "forget", "candidate", "output"],
  options: {
    ...lstmOptions,
    /** Rows of the grid. @default 1 */
    rows: integer(1, 1),
    /** Features of each place. @default 1 */
    channels: integer(1, 1),
    /** Places that a window spans, in both directions where there are rows. @default 3 */
    kernelSize: integer(1, 3),
  },
  weights(inputSize, units, options) {
    const { window } = gridOf(inputSize, options);
    return {
      kernel: { shape: [...window, options.channels, 4 * units], initializer: options.kernelInitializer },
      recurrentKernel: { shape: [...window, units, 4 * units], initializer: options.recurrentInitializer },
      bias: options.useBias ? { shape: [4 * units], initializer: lstmBias(options, units, 1) } : undefined,
    };
  },
  state(units, options, inputSize) {
    const { rows, columns } = gridOf(inputSize, options);
    return { h: rows * columns * units, c: rows * columns * units };
  },
  step({ kernel, recurrentKernel, bias }, x, { h, c }, options) {
    const { activation, recurrentActivation, drop } = options;
    const grid = gridOf(x.shape[1]!, options);
    const fromInput = addBias(convolveGrid(x, kernel, grid), bias);
    const z = add(fromInput, convolveGrid(drop(h), recurrentKernel, grid));
    const [zi, zf, zg, zo] = split(z, 4).map((part) => reshape(part, h.shape)) as [Tensor, Tensor, Tensor, Tensor];
    const i = label(recurrentActivation(zi), "input");
    const f = label(recurrentActivation(zf), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(recurrentActivation(zo), "output");
    const cNext = add(mul(f, c), mul(i, g));
    return { h: mul(o, activation(cNext)), c: cNext };
  },
});
