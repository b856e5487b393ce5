/** What a regularizer is: a penalty on weights or outputs, which is added to the loss. One regularizer, one file. */
import { requireNumber } from "../../errors.ts";
import type { Tensor } from "../../graph/index.ts";

export interface RegularizerDefinition<O extends Record<string, number> = Record<string, number>> {
  /** How much each part counts, with defaults: at least 0. */
  readonly options: O;
  /** The penalty as a scalar. */
  penalty(x: Tensor, options: O): Tensor;
}

export function defineRegularizer<O extends Record<string, number>>(definition: RegularizerDefinition<O>) {
  return definition;
}

/** Throws an `OptionError` unless every factor is at least 0. */
export function requireFactors(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) requireNumber(name, value, "of at least 0", (x) => x >= 0);
}
