import { maximum } from "../../graph/index.ts";
import { defineConstraint } from "./constraint.ts";

/** Makes negative weights 0. */
export const nonNeg = defineConstraint({
  name: "nonNeg",
  options: {},
  project: (weight) => maximum(weight, 0),
});
