import { explain, OptionError, ShapeError } from "../../errors.ts";
import type { DType } from "../../graph/tensor.ts";
import type { EngineBuffer, NumberArray } from "../engine.ts";
import type { Addon } from "./addon.ts";
import { allocate } from "./memory.ts";
import type { Runs } from "./runs.ts";

/** Numbers that programs read and write in place. Waits for a run that is under way before it is touched. */
export class NativeBuffer implements EngineBuffer {
  readonly length: number;
  readonly dtype: DType;
  /** For the engine alone. */
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  readonly runs: Runs;

  constructor(addon: Addon, runs: Runs, length: number, dtype: DType) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new OptionError(explain({ expected: "a buffer's `length` to be a whole number", got: `${length}` }));
    }
    this.length = length;
    this.dtype = dtype;
    this.runs = runs;
    const floats = allocate(addon, length);
    this.values = dtype === "int32" ? new Int32Array(floats.buffer, floats.byteOffset, length) : floats;
  }

  write(values: ArrayLike<number>, offset = 0): void {
    if (!Number.isInteger(offset) || offset < 0 || offset + values.length > this.length) {
      const expected = `numbers for the ${this.length} elements of a buffer`;
      throw new ShapeError(explain({ expected, got: `${values.length} from element ${offset} on` }));
    }
    this.runs.settle();
    this.values.set(values, offset);
  }

  read(): NumberArray {
    this.runs.settle();
    // Quicker than slice() where there are few.
    return this.values instanceof Float32Array ? new Float32Array(this.values) : new Int32Array(this.values);
  }
}
