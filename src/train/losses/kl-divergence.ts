import { clip, div, log, mul, sum, type Tensor } from "../../graph/index.ts";
import { alignTarget } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss, requireLastAxis } from "./plain-loss.ts";
import { EPSILON } from "./probability.ts";

const probability = (x: Tensor) => clip(x, EPSILON, 1);

/** Σ target · ln(target / prediction) over the last axis: distributions as targets (Kullback & Leibler 1951). */
export function klDivergence(options: Record<never, never> = {}): Loss {
  return plainLoss("klDivergence", options, (target, prediction) => {
    requireLastAxis(prediction, "klDivergence");
    const wanted = probability(alignTarget(target, prediction));
    return sum(mul(wanted, log(div(wanted, probability(prediction)))), { axes: [-1] });
  });
}
