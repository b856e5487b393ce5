/** Memory for the C engine: ordinary arrays that begin at a multiple of 64 bytes, a cache line and the widest vector. */
import { explain, StateError } from "../../errors.ts";
import type { Addon } from "./addon.ts";

const ALIGNMENT = 64;
/** Kernels may read, never write, up to a vector past the last element. */
const MARGIN = 128;

/** Zeros. @throws StateError where the host has no such amount of memory */
export function allocate(addon: Addon, length: number): Float32Array<ArrayBuffer> {
  try {
    const buffer = new ArrayBuffer(length * 4 + ALIGNMENT + MARGIN);
    return new Float32Array(buffer, addon.settle(buffer), length);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const got = "none from the host";
    throw new StateError(
      explain({ expected: `memory for ${length} numbers`, got, remedy: "use a smaller batch or shorter sequences" }),
    );
  }
}

/** Memory whose contents do not outlive a run, so that all programs share it: as large as the largest one needs. */
export class Workspace {
  readonly #addon: Addon;
  #memories: readonly Float32Array<ArrayBuffer>[];

  /** @param pieces of the same size, one for each member of the team */
  constructor(addon: Addon, pieces: number) {
    this.#addon = addon;
    this.#memories = Array.from({ length: pieces }, () => allocate(addon, 0));
  }

  /** Pieces of at least `length` elements each. They are other ones whenever more are asked for. */
  reserve(length: number): readonly Float32Array<ArrayBuffer>[] {
    if (length > this.#memories[0]!.length) this.#memories = this.#memories.map(() => allocate(this.#addon, length));
    return this.#memories;
  }
}
