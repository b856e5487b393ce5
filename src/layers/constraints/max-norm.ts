import { minimum } from "../../graph/index.ts";
import { type Projection, rescale } from "./constraint.ts";

/** Shortens vectors that are longer than `maxValue` (Srivastava et al. 2014). */
export const maxNorm: Projection<"maxNorm"> = (weight, { maxValue, axis }) =>
  rescale(weight, axis, (norm) => minimum(norm, maxValue));
