/**
 * Philox 4x32-10, the counter-based random number generator of Salmon, Moraes, Dror & Shaw, "Parallel Random Numbers:
 * As Easy as 1, 2, 3" (2011). A block of four 32-bit words is a function of a counter of four words and a key of two.
 */
export type Words4 = readonly [number, number, number, number];
export type Words2 = readonly [number, number];

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** Added to the key between rounds: the golden ratio and √3 − 1, in units of 2⁻³². */
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Upper word of the 64-bit product of two words, by halves of `b`, so that no partial sum exceeds 2⁵³. */
function multiplyHigh(a: number, b: number): number {
  const low = Math.floor((a * (b & 0xffff)) / 0x10000);
  return Math.floor((a * (b >>> 16) + low) / 0x10000);
}

function multiplyLow(a: number, b: number): number {
  return Math.imul(a, b) >>> 0;
}

/** The four words of one block. Words in and out are unsigned; signed words stand for the same bits. */
export function philox(counter: Words4, key: Words2): Words4 {
  let [c0, c1, c2, c3] = [counter[0] >>> 0, counter[1] >>> 0, counter[2] >>> 0, counter[3] >>> 0];
  let [k0, k1] = [key[0] >>> 0, key[1] >>> 0];
  for (let round = 0; round < ROUNDS; round++) {
    const next0 = (multiplyHigh(MULTIPLIER_1, c2) ^ c1 ^ k0) >>> 0;
    const next2 = (multiplyHigh(MULTIPLIER_0, c0) ^ c3 ^ k1) >>> 0;
    c1 = multiplyLow(MULTIPLIER_1, c2);
    c3 = multiplyLow(MULTIPLIER_0, c0);
    c0 = next0;
    c2 = next2;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** `size` numbers in [0, 1), multiples of 2⁻²⁴: element i comes from word i mod 4 of block (⌊i/4⌋, stream, 0, 0). */
export function uniform(size: number, stream: number, key: Words2): Float64Array {
  const numbers = new Float64Array(size);
  for (let block = 0; block * 4 < size; block++) {
    const words = philox([block, stream, 0, 0], key);
    for (let word = 0; word < 4 && block * 4 + word < size; word++) {
      numbers[block * 4 + word] = (words[word]! >>> 8) * 2 ** -24;
    }
  }
  return numbers;
}
