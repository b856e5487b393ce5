import { philox, type Words2, type Words4 } from "../../engine/reference/philox.ts";

/** A deterministic sequence of random numbers: a function of the key and the stream number alone. */
export class RandomStream {
  readonly #key: Words2;
  readonly #stream: number;
  #block = 0;
  #words: Words4 = [0, 0, 0, 0];
  #used = 4;

  constructor(key: Words2, stream: number) {
    this.#key = key;
    this.#stream = stream;
  }

  /** The next uniform number in [0, 1), with 32 random bits. */
  uniform(): number {
    if (this.#used === 4) {
      this.#words = philox([this.#block++, this.#stream, 0, 0], this.#key);
      this.#used = 0;
    }
    return this.#words[this.#used++]! * 2 ** -32;
  }

  /** The next standard normal number (Box & Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
