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

/**
 * Fills `words` with blocks (first, stream, use, 0), (first + 1, stream, use, 0), …: the same bits as those of `philox`, in one
 * loop that takes nothing from the heap, for first weights are many and are drawn before any code is warm.
 */
export function philoxBlocks(words: Uint32Array, first: number, stream: number, key: Words2, use = 0): void {
  const low0 = MULTIPLIER_0 & 0xffff;
  const high0 = MULTIPLIER_0 >>> 16;
  const low1 = MULTIPLIER_1 & 0xffff;
  const high1 = MULTIPLIER_1 >>> 16;
  for (let at = 0; at < words.length; at += 4) {
    let c0 = (first + at / 4) | 0;
    let c1 = stream | 0;
    let c2 = use | 0;
    let c3 = 0;
    let k0 = key[0] | 0;
    let k1 = key[1] | 0;
    for (let round = 0; round < ROUNDS; round++) {
      // Upper words of products by halves: (h·2¹⁶ + l)(H·2¹⁶ + L) = hH·2³² + (hL + lH)·2¹⁶ + lL.
      const a = c0 & 0xffff;
      const b = c0 >>> 16;
      const middle0 = Math.imul(b, low0) + (Math.imul(a, low0) >>> 16);
      const carry0 = Math.imul(a, high0) + (middle0 & 0xffff);
      const upper0 = Math.imul(b, high0) + (middle0 >>> 16) + (carry0 >>> 16);
      const c = c2 & 0xffff;
      const d = c2 >>> 16;
      const middle1 = Math.imul(d, low1) + (Math.imul(c, low1) >>> 16);
      const carry1 = Math.imul(c, high1) + (middle1 & 0xffff);
      const upper1 = Math.imul(d, high1) + (middle1 >>> 16) + (carry1 >>> 16);
      const next0 = upper1 ^ c1 ^ k0;
      const next2 = upper0 ^ c3 ^ k1;
      c1 = Math.imul(MULTIPLIER_1, c2);
      c3 = Math.imul(MULTIPLIER_0, c0);
      c0 = next0;
      c2 = next2;
      k0 = (k0 + WEYL_0) | 0;
      k1 = (k1 + WEYL_1) | 0;
    }
    words[at] = c0;
    words[at + 1] = c1;
    words[at + 2] = c2;
    words[at + 3] = c3;
  }
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
