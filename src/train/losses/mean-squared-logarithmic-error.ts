import { add, log, maximum, square, sub, type Tensor } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss } from "./plain-loss.ts";
import { EPSILON } from "./probability.ts";

/** ln(1 + x), with 0 in the place of what is below it. */
const logOf = (x: Tensor) => log(add(maximum(x, EPSILON), 1));

/** Mean of (ln(1 + target) − ln(1 + prediction))² over the last axis: relative errors of numbers of at least 0. */
export function meanSquaredLogarithmicError(options: Record<never, never> = {}): Loss {
  return plainLoss("meanSquaredLogarithmicError", options, (target, prediction) =>
    meanOverLast(square(sub(logOf(prediction), logOf(alignTarget(target, prediction))))),
  );
}
