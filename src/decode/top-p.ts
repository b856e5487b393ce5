import { requireNumber } from "../errors.ts";
import { byLogit } from "./by-logit.ts";
import { logProbabilities } from "./log-probabilities.ts";

/**
 * The nucleus of the distribution (Holtzman et al. 2020): the logits of the fewest ids whose probabilities add up to at
 * least `mass`, and −∞ for the others. The most probable id always stays.
 */
export function topP(logits: ArrayLike<number>, mass: number): Float64Array {
  requireNumber("topP", mass, "above 0 and at most 1", (x) => x > 0 && x <= 1);
  const logs = logProbabilities(logits);
  const kept = new Float64Array(logits.length).fill(Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const id of byLogit(logits)) {
    if (sum >= mass) break;
    kept[id] = logits[id]!;
    sum += Math.exp(logs[id]!);
  }
  return kept;
}
