/**
 * The linear memory of a WebAssembly instance, shared out in blocks. Addresses count bytes; every block begins at a
 * multiple of 64 and has room for reading one vector past its end.
 */
import { explain, StateError } from "../../errors.ts";

const ALIGNMENT = 64;
const PAGE = 65_536;
/** WebAssembly's 32-bit addresses reach 4 GiB. */
const MOST_BYTES = 65_536 * PAGE;

/** Elements from one place to the next that `length` elements and one vector more fit between, aligned. */
export function spacing(length: number): number {
  return (Math.floor((length * 4) / ALIGNMENT) + 2) * (ALIGNMENT / 4);
}

interface Block {
  readonly address: number;
  readonly bytes: number;
}

export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  /** By address; neighbours are joined. */
  #free: Block[] = [];
  readonly #used = new Map<number, number>();
  #end: number;
  #floats: Float32Array;
  #integers: Int32Array;

  /** Shares out everything from byte `start` on. */
  constructor(memory: WebAssembly.Memory, start: number) {
    this.#memory = memory;
    this.#end = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
    this.#floats = new Float32Array(memory.buffer);
    this.#integers = new Int32Array(memory.buffer);
  }

  /** The whole memory, until it grows: do not keep it. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.#memory.buffer) this.#floats = new Float32Array(this.#memory.buffer);
    return this.#floats;
  }

  /** The whole memory, until it grows: do not keep it. */
  get integers(): Int32Array {
    if (this.#integers.buffer !== this.#memory.buffer) this.#integers = new Int32Array(this.#memory.buffer);
    return this.#integers;
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
    const bytes = this.#used.get(address);
    if (bytes === undefined) return;
    this.#used.delete(address);
    let freed: Block = { address, bytes };
    const apart: Block[] = [];
    for (const block of this.#free) {
      if (block.address + block.bytes === freed.address) {
        freed = { address: block.address, bytes: block.bytes + freed.bytes };
      } else if (freed.address + freed.bytes === block.address) {
        freed = { address: freed.address, bytes: freed.bytes + block.bytes };
      } else {
        apart.push(block);
      }
    }
    if (freed.address + freed.bytes === this.#end) this.#end = freed.address;
    else apart.push(freed);
    this.#free = apart.sort((a, b) => a.address - b.address);
  }

  /** The smallest free block that is large enough. */
  #takeFree(bytes: number): number | undefined {
    let best = -1;
    for (const [index, block] of this.#free.entries()) {
      if (block.bytes >= bytes && (best < 0 || block.bytes < this.#free[best]!.bytes)) best = index;
    }
    if (best < 0) return undefined;
    const block = this.#free[best]!;
    const rest = { address: block.address + bytes, bytes: block.bytes - bytes };
    this.#free.splice(best, 1, ...(rest.bytes > 0 ? [rest] : []));
    return block.address;
  }

  #append(bytes: number): number {
    const address = this.#end;
    const missing = address + bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(missing);
    this.#end = address + bytes;
    return address;
  }

  /** Grows by at least half of what there is, so that growing, which moves the memory on some hosts, stays rare. */
  #grow(missing: number): void {
    const current = this.#memory.buffer.byteLength;
    const generous = Math.min(Math.max(missing, current / 2), MOST_BYTES - current);
    for (const bytes of [generous, missing]) {
      const pages = Math.ceil(bytes / PAGE);
      if (bytes < missing || current + pages * PAGE > MOST_BYTES) continue;
      try {
        this.#memory.grow(pages);
        return;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
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
