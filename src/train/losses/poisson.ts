import { add, log, mul, sub } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss } from "./plain-loss.ts";
import { EPSILON } from "./probability.ts";

/**
 * Mean of prediction − target · ln(prediction) over the last axis: counts, of which the model predicts the rate. Predictions
 * must be above 0: end with softplus or exponential.
 */
export function poisson(options: Record<never, never> = {}): Loss {
  return plainLoss("poisson", options, (target, prediction) =>
    meanOverLast(sub(prediction, mul(alignTarget(target, prediction), log(add(prediction, EPSILON))))),
  );
}
