/** Ids from the largest logit to the smallest; equal ones stay in their order. */
export function byLogit(logits: ArrayLike<number>): Int32Array {
  const ids = Int32Array.from({ length: logits.length }, (_, id) => id);
  return ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
}
