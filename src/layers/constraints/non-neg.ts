import { maximum } from "../../graph/index.ts";
import { defineConstraint } from "./constraint.ts";

/** Makes negative weights 0. */
export const nonNeg = defineConstraint({
  project: (weight) => maximum(weight, 0),
});
