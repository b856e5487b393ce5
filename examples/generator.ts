/** Uniform numbers in [0, 1), the same for the same seed: a multiplicative congruential generator (Park & Miller 1988). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
