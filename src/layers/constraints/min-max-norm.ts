import { add, maximum, minimum, mul } from "../../graph/index.ts";
import { type Projection, rescale } from "./constraint.ts";

/** Brings the length of vectors between `minValue` and `maxValue`: by the share `rate` of the way at each update. */
export const minMaxNorm: Projection<"minMaxNorm"> = (weight, { minValue, maxValue, rate, axis }) =>
  rescale(weight, axis, (norm) => {
    const within = minimum(maximum(norm, minValue), maxValue);
    return rate === 1 ? within : add(mul(rate, within), mul(1 - rate, norm));
  });
