import { explain, OptionError, ShapeError } from "../../errors.ts";
import type { DType } from "../../graph/tensor.ts";
import type { EngineBuffer, NumberArray } from "../engine.ts";
import type { LinearMemory } from "./memory.ts";

/** Numbers that lie in the memory of a WebAssembly instance. */
export class WasmBuffer implements EngineBuffer {
  readonly memory: LinearMemory;
  /** In bytes; the same as long as the buffer lives. */
  readonly address: number;
  readonly length: number;
  readonly dtype: DType;
  #window: Float32Array | Int32Array | undefined;

  constructor(memory: LinearMemory, length: number, dtype: DType) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new OptionError(explain({ expected: "a buffer's `length` to be a whole number", got: `${length}` }));
    }
    this.memory = memory;
    this.length = length;
    this.dtype = dtype;
    this.address = memory.allocate(length);
    this.#values().fill(0);
  }

  write(values: ArrayLike<number>, offset = 0): void {
    if (!Number.isInteger(offset) || offset < 0 || offset + values.length > this.length) {
      const expected = `numbers for the ${this.length} elements of a buffer`;
      throw new ShapeError(explain({ expected, got: `${values.length} from element ${offset} on` }));
    }
    this.#values().set(values, offset);
  }

  read(): NumberArray {
    const values = this.#values();
    // Quicker than slice() where there are few.
    return values instanceof Float32Array ? new Float32Array(values) : new Int32Array(values);
  }

  /** A window of the memory, which is made anew when that has grown. */
  #values(): Float32Array | Int32Array {
    const { memory, dtype, address, length } = this;
    if (this.#window?.buffer !== memory.buffer) this.#window = memory.view(dtype, address, length);
    return this.#window;
  }
}
