import { add, mul, softplus, sub } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss } from "./plain-loss.ts";

/** Mean of ln cosh(prediction − target) over the last axis: ½e² for small errors, |e| − ln 2 for large, smooth between. */
export function logCosh(options: Record<never, never> = {}): Loss {
  return plainLoss("logCosh", options, (target, prediction) => {
    const error = sub(prediction, alignTarget(target, prediction));
    // ln cosh e = e + ln(1 + e^(−2e)) − ln 2, which does not overflow.
    return meanOverLast(sub(add(error, softplus(mul(-2, error))), Math.LN2));
  });
}
