import { abs, div, maximum, mul, sub } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss } from "./plain-loss.ts";
import { EPSILON } from "./probability.ts";

/** 100 · mean of |target − prediction| / |target| over the last axis; targets near 0 make it huge. */
export function meanAbsolutePercentageError(options: Record<never, never> = {}): Loss {
  return plainLoss("meanAbsolutePercentageError", options, (target, prediction) => {
    const wanted = alignTarget(target, prediction);
    return mul(100, meanOverLast(abs(div(sub(wanted, prediction), maximum(abs(wanted), EPSILON)))));
  });
}
