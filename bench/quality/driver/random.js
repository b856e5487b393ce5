/** Random numbers for data: the same for the same seed, on every machine. */

/** @param seed a whole number; different `stream`s of one seed have nothing to do with each other */
export function random(seed, stream = 0) {
  // Mulberry32; the first numbers mix the words of the seed.
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) uniform();
  const below = (count) => Math.floor(uniform() * count);
  return {
    /** In [0, 1). */
    uniform,
    /** A whole number from 0 to count − 1. */
    below,
    /** Standard normal (Box & Muller 1958). */
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    /** The items in another order (Fisher & Yates). */
    shuffled(items) {
      const list = [...items];
      for (let i = list.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [list[i], list[j]] = [list[j], list[i]];
      }
      return list;
    },
  };
}
