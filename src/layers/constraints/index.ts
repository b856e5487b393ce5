/**
 * All constraints with their numbers. A constraint is given by name, or as data with its numbers. `projections.ts` has what
 * they do; it loads before a layer is traced that has one.
 */
import { type Chosen, findNamed, type Spelling } from "../../cells/named.ts";

const table = {
  maxNorm: { options: { maxValue: 2, axis: 0 } },
  minMaxNorm: { options: { minValue: 0, maxValue: 1, rate: 1, axis: 0 } },
  minMaxValue: { options: { minValue: -1, maxValue: 1 } },
  nonNeg: { options: {} },
  unitNorm: { options: { axis: 0 } },
} as const;

export type ConstraintName = keyof typeof table;
export const constraintNames = Object.keys(table) as readonly ConstraintName[];

/** Numbers by name. */
type Numbers = Readonly<Record<string, number>>;

/** The numbers of a constraint. */
export type ConstraintNumbers<N extends ConstraintName> = Chosen<(typeof table)[N]["options"]>;

/** `"nonNeg"`, or `{ name: "maxNorm", maxValue: 3 }`. */
export type Constraint = Spelling<typeof table>;

/** The name of a constraint and all its numbers; throws an `OptionError` for an unknown name or number. */
export function constraintOf(constraint: unknown) {
  return findNamed<ConstraintName, { readonly options: Numbers }>("a constraint", table, constraint);
}
