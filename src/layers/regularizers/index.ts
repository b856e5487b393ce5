/** All regularizers: the only list. A regularizer is given by name, or as data with its factors. */
import { findNamed, type Spelling } from "../../cells/named.ts";
import type { Tensor } from "../../graph/index.ts";
import { l1 } from "./l1.ts";
import { l1l2 } from "./l1l2.ts";
import { l2 } from "./l2.ts";
import { type RegularizerDefinition, requireFactors } from "./regularizer.ts";

const table = { l1, l2, l1l2 } as const;

export type RegularizerName = keyof typeof table;
export const regularizerNames = Object.keys(table) as readonly RegularizerName[];

/** `"l2"`, or `{ name: "l2", l2: 0.0001 }`. */
export type Regularizer = Spelling<typeof table>;

/** The function that a regularizer stands for; throws an `OptionError` for an unknown name or a negative factor. */
export function penaltyOf(regularizer: Regularizer): (x: Tensor) => Tensor {
  const { definition, options } = findNamed<RegularizerDefinition>("a regularizer", table, regularizer);
  requireFactors(options);
  return (x) => definition.penalty(x, options);
}
