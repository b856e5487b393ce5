/**
 * All regularizers with their factors: how much each part counts. A regularizer is given by name, or as data with its factors.
 * `penalties.ts` has what they do; it loads before a layer is traced that has one.
 */
import { type Chosen, findNamed, type Spelling } from "../../cells/named.ts";
import { requireNumber } from "../../errors.ts";

const table = {
  l1: { options: { l1: 0.01 } },
  l2: { options: { l2: 0.01 } },
  l1l2: { options: { l1: 0, l2: 0 } },
} as const;

export type RegularizerName = keyof typeof table;
export const regularizerNames = Object.keys(table) as readonly RegularizerName[];

/** The factors of a regularizer. */
export type RegularizerFactors<N extends RegularizerName> = Chosen<(typeof table)[N]["options"]>;

/** `"l2"`, or `{ name: "l2", l2: 0.0001 }`. */
export type Regularizer = Spelling<typeof table>;

/** The name of a regularizer and all its factors; throws an `OptionError` for an unknown name or a negative factor. */
export function regularizerOf(regularizer: unknown) {
  const found = findNamed("a regularizer", table, regularizer);
  for (const [name, factor] of Object.entries(found.options)) {
    requireNumber(name, factor, "of at least 0", (x) => x >= 0);
  }
  return found;
}
