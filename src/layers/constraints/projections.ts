/** What constraints do, by name. */
import type { Projection } from "./constraint.ts";
import type { ConstraintName } from "./index.ts";
import { maxNorm } from "./max-norm.ts";
import { minMaxNorm } from "./min-max-norm.ts";
import { minMaxValue } from "./min-max-value.ts";
import { nonNeg } from "./non-neg.ts";
import { unitNorm } from "./unit-norm.ts";

export const projections: { readonly [N in ConstraintName]: Projection<N> } = {
  maxNorm,
  minMaxNorm,
  minMaxValue,
  nonNeg,
  unitNorm,
};
