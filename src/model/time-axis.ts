/** Which steps are whose: from the shapes of a batch to the steps of each output, and the input that they come from. */
import type { NumericArray } from "../data/array.ts";
import type { SymbolicTensor } from "../layers/symbolic.ts";
import type { ValueType } from "../layers/value.ts";
import type { InputFeed } from "./full-feed.ts";
import type { Network } from "./network.ts";

/** The time axis of an output in one batch. */
export interface TimeAxis {
  /** `undefined` for an output that is no sequence. */
  readonly steps: number | undefined;
  /** Steps of each row, [rows], where they are those of a ragged input. */
  readonly lengths: Int32Array | undefined;
}

/** Kinds of layers that put sequences together step by step. */
const joins = ["concatenate", "merge"];

/** Those of all outputs, in order. */
export function timeAxesOf(network: Network, { arrays, lengths }: InputFeed): readonly TimeAxis[] {
  const types = new Map<SymbolicTensor, ValueType>();
  for (const [i, { symbol }] of network.inputs.entries()) {
    types.set(symbol, { shape: arrays[i]!.shape.slice(1), dtype: symbol.dtype });
  }
  for (const { layer, inputs, outputs } of network.applications) {
    const made = layer.outputs(inputs.map((symbol) => types.get(symbol)!));
    for (const [i, symbol] of outputs.entries()) types.set(symbol, made[i]!);
  }
  const stepsOf = (symbol: SymbolicTensor): number | undefined => {
    const { shape, dtype } = types.get(symbol)!;
    const isSequence = shape.length > 1 || dtype === "int32";
    return isSequence ? (shape[0] as number) : undefined;
  };
  // A layer takes over the time axis of its first input, where it has as many steps; those that join take any.
  const raggedBehind = (symbol: SymbolicTensor): NumericArray | undefined => {
    const { application } = symbol;
    if (application === undefined) return lengths[network.inputs.findIndex((end) => end.symbol === symbol)];
    const { layer, inputs } = application;
    for (const source of joins.includes(layer.kind) ? inputs : inputs.slice(0, 1)) {
      const found = stepsOf(source) === stepsOf(symbol) ? raggedBehind(source) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return network.outputs.map(({ symbol }) => {
    const steps = stepsOf(symbol);
    return { steps, lengths: steps === undefined ? undefined : (raggedBehind(symbol)?.data as Int32Array | undefined) };
  });
}
