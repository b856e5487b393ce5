/**
 * The reference engine: float64, plain, slow and obviously right. What a program means is what this engine makes of it;
 * every other engine is tested against it. It throws where a program reads or stores what it should not, and fills the
 * arena and the scratch with NaN at the start of each run, so that memory read before it is written shows.
 */
import { explain, ShapeError } from "../../errors.ts";
import { type DType, showShape, sizeOf } from "../../graph/tensor.ts";
import { ARENA, type Binding, CONSTANTS, type Program, SCRATCH } from "../../program/format.ts";
import type { Engine, EngineBuffer, Executable, NumberArray } from "../engine.ts";
import type { Slot } from "./memory.ts";
import { runAll } from "./scan.ts";

/** A buffer of the reference engine: float64 whatever its dtype; int32 values are whole numbers in it. */
class ReferenceBuffer implements EngineBuffer {
  readonly values: Float64Array;
  readonly dtype: DType;

  constructor(length: number, dtype: DType) {
    this.values = new Float64Array(length);
    this.dtype = dtype;
  }

  get length(): number {
    return this.values.length;
  }

  write(values: ArrayLike<number>, offset = 0): void {
    this.values.set(this.dtype === "int32" ? Int32Array.from(values) : values, offset);
  }

  read(): NumberArray {
    return this.dtype === "int32" ? Int32Array.from(this.values) : this.values.slice();
  }
}

function bind(binding: Binding, buffer: EngineBuffer | undefined): Slot {
  const expected = `a buffer of the reference engine for ${binding.name} ${binding.dtype} ${showShape(binding.shape)}`;
  if (!(buffer instanceof ReferenceBuffer))
    throw new ShapeError(explain({ expected, got: buffer ? "another's" : "none" }));
  if (buffer.length !== sizeOf(binding.shape) || buffer.dtype !== binding.dtype) {
    throw new ShapeError(explain({ expected, got: `${buffer.length} of ${buffer.dtype}` }));
  }
  return { values: buffer.values, dtype: binding.dtype, writable: binding.role !== "input" };
}

/** A program and its own arena, constants and scratch. */
class ReferenceExecutable implements Executable {
  readonly #program: Program;
  readonly #fixed: readonly Slot[];

  constructor(program: Program) {
    const slot = (size: number, writable: boolean): Slot => ({
      values: new Float64Array(size).fill(Number.NaN),
      writable,
    });
    const fixed: Slot[] = [];
    fixed[ARENA] = slot(program.arenaSize, true);
    fixed[CONSTANTS] = slot(program.constantsSize, false);
    fixed[SCRATCH] = slot(program.scratchSize, true);
    for (const { offset, values } of program.constants) fixed[CONSTANTS].values.set(values, offset);
    this.#program = program;
    this.#fixed = fixed;
  }

  run(bindings: readonly EngineBuffer[]): void {
    const { bindings: wanted, instructions } = this.#program;
    if (bindings.length !== wanted.length) {
      throw new ShapeError(explain({ expected: `${wanted.length} bindings`, got: `${bindings.length}` }));
    }
    const slots = [...this.#fixed, ...wanted.map((binding, index) => bind(binding, bindings[index]))];
    this.#fixed[ARENA]!.values.fill(Number.NaN);
    this.#fixed[SCRATCH]!.values.fill(Number.NaN);
    runAll(instructions, slots, 0);
  }

  runNow(bindings: readonly EngineBuffer[]): void {
    this.run(bindings);
  }
}

/** The engine whose runs are done when `run` returns. */
export interface SynchronousEngine extends Engine {
  load(program: Program): ReferenceExecutable;
}

/** Makes a reference engine; its `run` is synchronous. */
export function referenceEngine(): SynchronousEngine {
  return {
    name: "reference",
    detail: "float64",
    allocate: (length, dtype) => new ReferenceBuffer(length, dtype),
    load: (program) => new ReferenceExecutable(program),
  };
}
