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

  #refill(): void {
    if (this.#block > 0 && this.#words.length < MOST) this.#words = new Uint32Array(2 * this.#words.length);
    philoxBlocks(this.#words, this.#block, this.#stream, this.#key);
    this.#block += this.#words.length / 4;
    this.#used = 0;
  }
}
