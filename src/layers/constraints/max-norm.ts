import { minimum } from "../../graph/index.ts";
import { defineConstraint, rescale } from "./constraint.ts";

/** Shortens vectors that are longer than `maxValue` (Srivastava et al. 2014). */
export const maxNorm = defineConstraint({
  options: { maxValue: 2, axis: 0 },
  project: (weight, { maxValue, axis }) => rescale(weight, axis, (norm) => minimum(norm, maxValue)),
});
