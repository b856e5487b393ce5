import { philoxBlocks, type Words2 } from "../../engine/reference/philox.ts";

/** Words that are drawn at once: few at first, for many streams are asked for few numbers. */
const FEWEST = 64;
const MOST = 4096;

/** A deterministic sequence of random numbers: a function of the key and the stream number alone. */
export class RandomStream {
  readonly #key: Words2;
  readonly #stream: number;
  #block = 0;
  #words = new Uint32Array(FEWEST);
  #used = FEWEST;

  constructor(key: Words2, stream: number) {
    this.#key = key;
    this.#stream = stream;
  }

  /** The next uniform number in [0, 1), with 32 random bits. */
  uniform(): number {
    if (this.#used === this.#words.length) this.#refill();
    return this.#words[this.#used++]! * 2 ** -32;
  }

  /** The next standard normal number (Box & Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The next `size` numbers of `normal`, in one loop: weights are many, and are drawn before any code is warm. */
  normals(size: number): Float64Array {
    const numbers = new Float64Array(size);
    for (let at = 0; at < size; ) {
      const words = this.#words;
      const end = Math.min(size, at + Math.floor((words.length - this.#used) / 2));
      // None left, or one, which goes with the first of the next words.
      if (end === at) numbers[at++] = this.normal();
      let used = this.#used;
      for (; at < end; at++, used += 2) {
        const radius = Math.sqrt(-2 * Math.log(1 - words[used]! * 2 ** -32));
        numbers[at] = radius * Math.cos(2 * Math.PI * (words[used + 1]! * 2 ** -32));
      }
      this.#used = used;
    }
    return numbers;
  }

  #refill(): void {
    if (this.#block > 0 && this.#words.length < MOST) this.#words = new Uint32Array(2 * this.#words.length);
    philoxBlocks(this.#words, this.#block, this.#stream, this.#key);
    this.#block += this.#words.length / 4;
    this.#used = 0;
  }
}
