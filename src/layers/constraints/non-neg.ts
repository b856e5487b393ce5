import { maximum } from "../../graph/index.ts";
import type { Projection } from "./constraint.ts";

/** Makes negative weights 0. */
export const nonNeg: Projection<"nonNeg"> = (weight) => maximum(weight, 0);
