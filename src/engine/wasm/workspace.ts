import type { LinearMemory } from "./memory.ts";

/** Memory whose contents do not outlive a run, so that all programs share it: as large as the largest one needs. */
export class Workspace {
  readonly #memory: LinearMemory;
  #address = 0;
  #length = -1;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** The address of at least `length` elements, which may change whenever more are asked for. */
  reserve(length: number): number {
    if (length > this.#length) {
      this.#memory.release(this.#address);
      this.#length = -1;
      this.#address = this.#memory.allocate(length);
      this.#length = length;
    }
    return this.#address;
  }
}
