/** What an engine is: something that owns memory and runs programs. */
import { StateError } from "../errors.ts";
import type { DType } from "../graph/tensor.ts";
import type { Program } from "../program/format.ts";

export type NumberArray = Float32Array | Float64Array | Int32Array;

/** Memory of an engine that outlives runs: an input, a variable or an output. Given back when it is dropped. */
export interface EngineBuffer {
  readonly length: number;
  readonly dtype: DType;
  /** Copies `values` in, from element `offset` on; a run that is under way ends first. @default offset 0 */
  write(values: ArrayLike<number>, offset?: number): void;
  /** A copy of the contents; a run that is under way ends first. */
  read(): NumberArray;
}

export interface Executable {
  /** Runs the program once. `bindings[i]` serves `program.bindings[i]`. A long run may go on off the calling thread. */
  run(bindings: readonly EngineBuffer[]): void | Promise<void>;
  /** The same on the calling thread, done when it returns; a run that is under way ends first. */
  runNow(bindings: readonly EngineBuffer[]): void;
}

/** There is no such engine here, which is nothing to worry about: another one runs instead. */
export class MissingEngineError extends StateError {}

export interface Engine {
  /** `native`, `wasm` or `reference`. */
  readonly name: string;
  /** What is particular about this instance, for people: `AVX-512, 2 threads`, `relaxed SIMD`. */
  readonly detail: string;
  allocate(length: number, dtype: DType): EngineBuffer;
  load(program: Program): Executable;
}
