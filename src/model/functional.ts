import type { NumericArray } from "../data/array.ts";
import { rejectUnknown } from "../errors.ts";
import type { SymbolicTensor } from "../layers/symbolic.ts";
import { Model } from "./model.ts";
import { type Ends, Network } from "./network.ts";

export interface ModelOptions<O extends Ends> {
  /** From `input()`: one, a list, or several by name. Data comes the same way; a list goes by the inputs' names. */
  readonly inputs: Ends;
  /** From applying layers: one, a list, or several by name. A list goes by the names of the layers. */
  readonly outputs: O;
}

/** One array for a single output, else arrays by name. */
export type PredictionOf<O extends Ends> = O extends SymbolicTensor
  ? NumericArray
  : O extends readonly SymbolicTensor[]
    ? Readonly<Record<string, NumericArray>>
    : { readonly [K in keyof O]: NumericArray };

/**
 * A model of layers joined as they were applied.
 *
 * ```ts
 * const x = input({ shape: [24, 5] });
 * const [sequence, h, c] = lstm(32, { returnSequences: true, returnState: true }).apply(x);
 * const net = model({ inputs: x, outputs: { next: dense(1).apply(h), tags: dense(3).apply(sequence) } });
 * ```
 */
export function model<const O extends Ends>(options: ModelOptions<O>): Model<PredictionOf<O>> {
  rejectUnknown("model()", options, ["inputs", "outputs"]);
  return new Model<PredictionOf<O>>(new Network(options.inputs, options.outputs));
}
