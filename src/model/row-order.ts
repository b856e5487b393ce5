/**
 * Puts the rows of a batch in order, longest first: rows that end together go through time together, and where all of
 * them have ended there is nothing to do. Losses and metrics are sums over rows, for which their order does not matter.
 */
import { sizeOf } from "../graph/tensor.ts";
import type { SymbolicTensor } from "../layers/symbolic.ts";
import type { Feed } from "./feed.ts";
import type { Network } from "./network.ts";

/** The feed with its rows in order; itself when no input is padded or the rows of different batches belong together. */
export function longestFirst(network: Network, feed: Feed): Feed {
  const padded = network.inputs.flatMap(({ symbol }, input) =>
    paddingsOf(network, symbol).map((padding) => ({ input, padding })),
  );
  const { shapes, rows, numbers } = feed;
  // Lengths come right after the inputs.
  const given = numbers.slice(network.inputs.length).slice(0, shapes.lengths.filter((list) => list).length);
  if (padded.length + given.length === 0 || rows < 2 || network.isStateful) return feed;
  const lengths = new Int32Array(rows);
  for (const list of given) for (let row = 0; row < rows; row++) lengths[row] = Math.max(lengths[row]!, list[row]!);
  for (const { input, padding } of padded) {
    const [, steps = 1, ...features] = shapes.x[input]!;
    const width = sizeOf(features);
    for (let row = 0; row < rows; row++) {
      lengths[row] = Math.max(lengths[row]!, lengthOf(numbers[input]!, row * steps * width, steps * width, padding));
    }
  }
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]!);
  if (order.every((row, place) => row === place)) return feed;
  return { shapes, rows, numbers: numbers.map((values) => takeRows(values, order)) };
}

/** Values that mask a step of an input, for each layer that it goes into. */
function paddingsOf(network: Network, input: SymbolicTensor): number[] {
  const asMask = network.applications.some(({ mask }) => mask === input);
  const paddings = network.consumers(input).map(({ padding }) => padding);
  return [...paddings, asMask ? 0 : undefined].filter((padding) => padding !== undefined);
}

/** Numbers of a row up to the last that is no padding. */
function lengthOf(values: ArrayLike<number>, start: number, size: number, padding: number): number {
  let length = size;
  while (length > 0 && Object.is(values[start + length - 1]! + 0, padding + 0)) length--;
  return length;
}

type NumberArray = Float32Array | Float64Array | Int32Array;
const isTyped = (values: ArrayLike<number>): values is NumberArray & { constructor: Float64ArrayConstructor } =>
  ArrayBuffer.isView(values);

function takeRows(values: ArrayLike<number>, order: readonly number[]): ArrayLike<number> {
  const width = values.length / order.length;
  const taken = new (isTyped(values) ? values.constructor : Float64Array)(values.length);
  for (const [place, row] of order.entries()) {
    for (let i = 0; i < width; i++) taken[place * width + i] = values[row * width + i]!;
  }
  return taken;
}
