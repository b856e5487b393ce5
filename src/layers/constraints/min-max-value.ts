import { maximum, minimum } from "../../graph/index.ts";
import type { Projection } from "./constraint.ts";

/**
 * Keeps each weight within limits. With ±2^(1 / T) for the recurrent weights of `indRnn` nothing grows more than twice in
 * T steps (Li et al. 2018).
 */
export const minMaxValue: Projection<"minMaxValue"> = (weight, { minValue, maxValue }) =>
  minimum(maximum(weight, minValue), maxValue);
