import { defineConstraint, rescale } from "./constraint.ts";

/** Makes the vectors 1 long. */
export const unitNorm = defineConstraint({
  options: { axis: 0 },
  project: (weight, { axis }) => rescale(weight, axis, () => 1),
});
