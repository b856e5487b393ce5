import { div, maximum, mul, neg, sqrt, square, sum, type Tensor } from "../../graph/index.ts";
import { alignTarget } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss, requireLastAxis } from "./plain-loss.ts";

/** A vector of length 1 in the same direction; zeros stay zeros. The bound keeps the root's gradient finite. */
const direction = (x: Tensor) => div(x, sqrt(maximum(sum(square(x), { axes: [-1], keepDims: true }), 1e-24)));

/** −cos of the angle between target and prediction along the last axis: −1 where they point the same way. */
export function cosineSimilarity(options: Record<never, never> = {}): Loss {
  return plainLoss("cosineSimilarity", options, (target, prediction) => {
    requireLastAxis(prediction, "cosineSimilarity");
    const wanted = alignTarget(target, prediction);
    return neg(sum(mul(direction(wanted), direction(prediction)), { axes: [-1] }));
  });
}
