/**
 * The linear memory of a WebAssembly instance, shared out in blocks. Addresses count bytes; every block begins at a
 * multiple of 64 and has room for reading one vector past its end.
 */
import { explain, StateError } from "../../errors.ts";
import type { DType } from "../../graph/tensor.ts";

const ALIGNMENT = 64;
const PAGE = 65_536;

/** Elements from one place to the next that `length` elements and one vector more fit between, aligned. */
export function spacing(length: number): number {
  return (Math.floor((length * 4) / ALIGNMENT) + 2) * (ALIGNMENT / 4);
}

export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  /** Bytes of the blocks that nobody has, by address; neighbours are joined. */
  readonly #free = new Map<number, number>();
  readonly #used = new Map<number, number>();
  #end: number;

  /** Shares out everything from byte `start` on. */
  constructor(memory: WebAssembly.Memory, start: number) {
    this.#memory = memory;
    this.#end = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
  }

  /** The whole memory, until it grows: do not keep it. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /** `length` elements from `address` on, until the memory grows. */
  view(dtype: DType, address: number, length: number): Float32Array | Int32Array {
    return new (dtype === "int32" ? Int32Array : Float32Array)(this.buffer, address, length);
  }

  /** Reserves room for `length` elements of 4 bytes, whose contents are undefined; returns the address. */
  allocate(length: number): number {
    const bytes = spacing(length) * 4;
    const block = this.#takeFree(bytes) ?? this.#append(bytes);
    this.#used.set(block, bytes);
    return block;
  }

  /** Gives a block back. */
  release(address: number): void {
    let begin = address;
    let bytes = this.#used.get(address);
    if (bytes === undefined) return;
    this.#used.delete(address);
    for (const [other, size] of this.#free) {
      const isBefore = other + size === begin;
      if (!isBefore && begin + bytes !== other) continue;
      if (isBefore) begin = other;
      bytes += size;
      this.#free.delete(other);
    }
    if (begin + bytes === this.#end) this.#end = begin;
    else this.#free.set(begin, bytes);
  }

  /** The smallest free block that is large enough; what it has too much stays free. */
  #takeFree(bytes: number): number | undefined {
    const [smallest] = [...this.#free].filter(([, size]) => size >= bytes).sort((a, b) => a[1] - b[1]);
    if (smallest === undefined) return undefined;
    const [address, size] = smallest;
    this.#free.delete(address);
    if (size > bytes) this.#free.set(address + bytes, size - bytes);
    return address;
  }

  #append(bytes: number): number {
    const address = this.#end;
    const missing = address + bytes - this.buffer.byteLength;
    if (missing > 0) this.#grow(missing);
    this.#end = address + bytes;
    return address;
  }

  /** Grows by at least half of what there is, so that growing, which moves the memory on some hosts, stays rare. */
  #grow(missing: number): void {
    const current = this.buffer.byteLength;
    for (const bytes of [Math.max(missing, current / 2), missing]) {
      try {
        this.#memory.grow(Math.ceil(bytes / PAGE));
        return;
      } catch {
        // The host has no more, or the addresses end: less may do.
      }
    }
    const inMegabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;
    throw new StateError(
      explain({
        expected: `memory for ${inMegabytes(current + missing)} in WebAssembly, which can have at most 4096 MB`,
        got: `${inMegabytes(current)} and no more from the host`,
        remedy:
          "use a smaller batch or shorter sequences, drop models that are no longer needed, or use another engine",
      }),
    );
  }
}
