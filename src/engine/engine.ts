/** What an engine is: something that owns memory and runs programs. */
import type { DType } from "../graph/tensor.ts";
import type { Program } from "../program/format.ts";

export type NumberArray = Float32Array | Float64Array | Int32Array;

/** Memory of an engine that outlives runs: an input, a variable or an output. Given back when it is dropped. */
export interface EngineBuffer {
  readonly length: number;
  readonly dtype: DType;
  /** Copies `values` in, from element `offset` on. @default offset 0 */
  write(values: ArrayLike<number>, offset?: number): void;
  /** A copy of the contents. */
  read(): NumberArray;
}

export interface Executable {
  /** Runs the program once. `bindings[i]` serves `program.bindings[i]`. */
  run(bindings: readonly EngineBuffer[]): void | Promise<void>;
}

export interface Engine {
  /** `reference`, `wasm`, … */
  readonly name: string;
  /** What is particular about this instance, for people: `SIMD 128`, `relaxed SIMD`. */
  readonly detail: string;
  allocate(length: number, dtype: DType): EngineBuffer;
  load(program: Program): Executable;
}
