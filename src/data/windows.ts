import { explain, OptionError, requireInteger, ShapeError } from "../errors.ts";

export interface WindowOptions {
  /** Steps of history per sample. */
  size: number;
  /** Steps to predict after each window. @default 1 */
  horizon?: number;
  /** Steps between the starts of neighbouring windows. @default 1 */
  stride?: number;
  /** The variable to predict, as a column of `values`. @default 0 */
  target?: number;
}

export interface Windows {
  /** `[samples, size, features]` */
  x: { data: Float32Array; shape: [number, number, number] };
  /** `[samples, horizon]` */
  y: { data: Float32Array; shape: [number, number] };
}

/**
 * Cuts a series into overlapping samples for training: `size` steps of all variables as input, the following `horizon`
 * steps of one variable as target.
 *
 * @param values a univariate series, or one row of variables per time step
 * @throws OptionError when the series is shorter than one window and its horizon. @throws ShapeError for uneven rows.
 */
export function windows(
  values: ArrayLike<number> | readonly (readonly number[])[],
  { size, horizon = 1, stride = 1, target = 0 }: WindowOptions,
): Windows {
  requireInteger("size", size, 1);
  requireInteger("horizon", horizon, 1);
  requireInteger("stride", stride, 1);
  requireInteger("target", target, 0);
  const rows = Array.from(values as ArrayLike<number | readonly number[]>, (row) =>
    Array.isArray(row) ? row : [row as number],
  );
  const features = rows[0]?.length ?? 1;
  const uneven = rows.findIndex((row) => row.length !== features);
  if (uneven >= 0) {
    const got = `${rows[uneven]?.length} in row ${uneven}`;
    throw new ShapeError(explain({ expected: `${features} variables per time step`, got, remedy: "fill the row" }));
  }
  if (target >= features) {
    throw new OptionError(explain({ expected: `\`target\` below ${features} variables`, got: String(target) }));
  }
  const samples = Math.floor((rows.length - size - horizon) / stride) + 1;
  if (samples < 1) {
    const expected = `at least ${size + horizon} time steps (window ${size} and horizon ${horizon})`;
    throw new OptionError(explain({ expected, got: String(rows.length), remedy: "shorten the window or the horizon" }));
  }
  const x = new Float32Array(samples * size * features);
  const y = new Float32Array(samples * horizon);
  for (let sample = 0; sample < samples; sample++) {
    const start = sample * stride;
    for (let step = 0; step < size; step++)
      x.set(rows[start + step] as readonly number[], (sample * size + step) * features);
    for (let step = 0; step < horizon; step++) {
      y[sample * horizon + step] = rows[start + size + step]?.[target] as number;
    }
  }
  return { x: { data: x, shape: [samples, size, features] }, y: { data: y, shape: [samples, horizon] } };
}
