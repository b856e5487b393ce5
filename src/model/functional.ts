import { rejectUnknown } from "../errors.ts";
import { joined } from "./joined.ts";
import { Model } from "./model.ts";
import type { InputsOf, PredictionOf } from "./names.ts";
import type { Ends } from "./network.ts";

export interface ModelOptions<I extends Ends, O extends Ends> {
  /** From `input()`: one, a list, or several by name. Data comes the same way; a list goes by the inputs' names. */
  readonly inputs: I;
  /** From applying layers: one, a list, or several by name. A list goes by the names of the layers. */
  readonly outputs: O;
}

/**
 * A model of layers joined as they were applied. Inputs and outputs that are given by name are known by these names to
 * TypeScript: `fit`, `evaluate`, `predict` and `compile` refuse others.
 *
 * ```ts
 * const x = input({ shape: [24, 5] });
 * const [sequence, h, c] = lstm(32, { returnSequences: true, returnState: true }).apply(x);
 * const net = model({ inputs: x, outputs: { next: dense(1).apply(h), tags: dense(3).apply(sequence) } });
 * ```
 */
export function model<const I extends Ends, const O extends Ends>(
  options: ModelOptions<I, O>,
): Model<PredictionOf<O>, InputsOf<I>> {
  rejectUnknown("model()", options, ["inputs", "outputs"]);
  return new Model<PredictionOf<O>, InputsOf<I>>(joined(options.inputs, options.outputs));
}
