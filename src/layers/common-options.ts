/** What every layer may be given. */
import type { Regularizer } from "./regularizers/index.ts";
import { isWeightOption } from "./weight-options.ts";

/** Options that every layer has. */
export interface CommonOptions {
  /** Its name in the model, in saved weights and in messages. @default its kind, numbered */
  readonly name?: string;
  /** Sizes of the input without the batch axis, for the first layer of `sequential`; `null` for any number of steps. */
  readonly inputShape?: readonly (number | null)[];
  /** Whether training changes its weights; see `Layer.trainable`. @default true */
  readonly trainable?: boolean;
  /** A penalty on its outputs, per row of the batch, added to the loss; masked steps cost nothing. @default none */
  readonly activityRegularizer?: Regularizer;
}

/** The names of `CommonOptions`. */
export const commonOptionNames = [
  "name",
  "inputShape",
  "trainable",
  "activityRegularizer",
] as const satisfies readonly (keyof CommonOptions)[];

/** Tells the options that every layer has, and those of its weights, from its own. */
export function splitOptions<O extends CommonOptions>(
  given: O,
): { readonly common: CommonOptions; readonly own: Omit<O, keyof CommonOptions> } {
  // Whoever has the names of all options says what is wrong.
  if (typeof given !== "object") return { common: {}, own: given };
  const own: Record<string, unknown> = {};
  const common: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const isCommon = (commonOptionNames as readonly string[]).includes(name) || isWeightOption(name);
    (isCommon ? common : own)[name] = value;
  }
  return { common, own: own as Omit<O, keyof CommonOptions> };
}
