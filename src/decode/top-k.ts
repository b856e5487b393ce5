import { requireInteger } from "../errors.ts";
import { byLogit } from "./by-logit.ts";

/** The `count` largest logits as they are and −∞ for the others; of equal ones those with the lower id stay. */
export function topK(logits: ArrayLike<number>, count: number): Float64Array {
  requireInteger("topK", count, 1);
  const kept = new Float64Array(logits.length).fill(Number.NEGATIVE_INFINITY);
  for (const id of byLogit(logits).subarray(0, count)) kept[id] = logits[id]!;
  return kept;
}
