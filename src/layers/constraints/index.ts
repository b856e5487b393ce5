/** All constraints: the only list. A constraint is given by name, or as data with its numbers. */
import { findNamed, type Spelling } from "../../cells/named.ts";
import type { Tensor } from "../../graph/index.ts";
import type { ConstraintDefinition } from "./constraint.ts";
import { maxNorm } from "./max-norm.ts";
import { minMaxNorm } from "./min-max-norm.ts";
import { minMaxValue } from "./min-max-value.ts";
import { nonNeg } from "./non-neg.ts";
import { unitNorm } from "./unit-norm.ts";

const table = { maxNorm, minMaxNorm, minMaxValue, nonNeg, unitNorm } as const;

export type ConstraintName = keyof typeof table;
export const constraintNames = Object.keys(table) as readonly ConstraintName[];

/** `"nonNeg"`, or `{ name: "maxNorm", maxValue: 3 }`. */
export type Constraint = Spelling<typeof table>;

/** The function that a constraint stands for; throws an `OptionError` for an unknown name or number. */
export function projectionOf(constraint: Constraint): (weight: Tensor) => Tensor {
  const { definition, options } = findNamed<ConstraintDefinition>("a constraint", table, constraint);
  return (weight) => definition.project(weight, options);
}
