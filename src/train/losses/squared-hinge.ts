import { mul, relu, square, sub } from "../../graph/index.ts";
import { meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss } from "./plain-loss.ts";
import { signsOf } from "./signs.ts";

/** Mean of max(0, 1 − target · prediction)² over the last axis; targets are −1 and 1, or 0 and 1 for no and yes. */
export function squaredHinge(options: Record<never, never> = {}): Loss {
  return plainLoss("squaredHinge", options, (target, prediction) =>
    meanOverLast(square(relu(sub(1, mul(signsOf(target, prediction), prediction))))),
  );
}
