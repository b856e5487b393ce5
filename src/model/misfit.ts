/** What is wrong with arrays that a model cannot take: it loads when there are such. */
import { explain, OptionError, ShapeError, StateError, show } from "../errors.ts";
import { type Shape, showShape } from "../graph/tensor.ts";
import { showType } from "../layers/value.ts";
import type { End, Network } from "./network.ts";

export function misfitOf(
  { singleInput }: Pick<Network, "singleInput">,
  { name, symbol }: End,
  shape: Shape,
): ShapeError {
  const title = singleInput ? "input" : `input ${show(name)}`;
  return new ShapeError(
    explain({ expected: `${title} ${showType(symbol)}`, got: showShape(shape), remedy: remedyFor(shape, symbol) }),
  );
}

function remedyFor(got: Shape, { shape, dtype }: End["symbol"]): string {
  if (got.length !== shape.length + 1) return "rows come first, then time steps, then features";
  const axis = shape.findIndex((size, i) => size !== null && size !== got[i + 1]);
  const isFeature = dtype === "float32" && axis === shape.length - 1;
  return `the model was built for ${shape[axis]} ${isFeature ? "features" : axis === 0 ? "steps" : `on axis ${axis + 1}`}`;
}

export function notWhole(owner: string, value: number): OptionError {
  return new OptionError(explain({ expected: `whole numbers as ${owner}`, got: String(value) }));
}

export function noClass(owner: string, value: number, classes: number): OptionError {
  const remedy = `classes count from 0, and the output has ${classes} units, one for each`;
  return new OptionError(explain({ expected: `0 to ${classes - 1} as ${owner}`, got: String(value), remedy }));
}

/** @param before rows of the batch from whose states the next one goes on */
export function otherRows(before: number, rows: number): StateError {
  const remedy = "choose a batchSize that divides the number of rows, or call resetStates() first";
  const expected = `batches of ${before} rows for a stateful model, like the one before`;
  return new StateError(explain({ expected, got: `${rows}`, remedy }));
}
