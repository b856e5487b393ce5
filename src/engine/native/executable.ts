import { explain, ShapeError } from "../../errors.ts";
import { showShape, sizeOf } from "../../graph/tensor.ts";
import { encode } from "../../program/encode.ts";
import type { Binding, Program } from "../../program/format.ts";
import { workOf } from "../../program/work.ts";
import type { EngineBuffer, Executable } from "../engine.ts";
import type { Addon, Bound } from "./addon.ts";
import { NativeBuffer } from "./buffer.ts";
import { allocate, type Workspace } from "./memory.ts";
import type { Runs } from "./runs.ts";

/** What the programs of one engine share. */
export interface Shared {
  readonly addon: Addon;
  /** Index of the instruction set. */
  readonly set: number;
  readonly runs: Runs;
  readonly arena: Workspace;
  readonly scratch: Workspace;
  readonly work: Workspace;
}

/** Operations that take less time than to hand them to another thread and back: some tens of microseconds. */
const WORTH_HANDING_OVER = 1e6;

/** Memory that a program is bound to; all of it lives as long as this. */
interface Binds {
  readonly bound: Bound;
  readonly buffers: readonly EngineBuffer[];
  readonly arena: readonly Float32Array[];
  readonly scratch: readonly Float32Array[];
  readonly work: readonly Float32Array[];
  readonly words: Int32Array;
  readonly constants: Float32Array;
}

export class NativeExecutable implements Executable {
  readonly #shared: Shared;
  readonly #program: Pick<Program, "arenaSize" | "scratchSize" | "bindings">;
  readonly #words: Int32Array;
  readonly #constants: Float32Array;
  readonly #workSize: number;
  readonly #isLight: boolean;
  #latest: Binds | undefined;

  constructor(shared: Shared, program: Program) {
    const { arenaSize, scratchSize, bindings } = program;
    this.#shared = shared;
    this.#program = { arenaSize, scratchSize, bindings };
    this.#words = encode(program);
    this.#constants = allocate(shared.addon, program.constantsSize);
    const integers = new Int32Array(this.#constants.buffer, this.#constants.byteOffset, program.constantsSize);
    for (const { offset, dtype, values } of program.constants) {
      (dtype === "int32" ? integers : this.#constants).set(values, offset);
    }
    this.#workSize = shared.addon.workSize(shared.set, this.#words);
    this.#isLight = workOf(program) < WORTH_HANDING_OVER;
    shared.arena.reserve(arenaSize);
  }

  run(buffers: readonly EngineBuffer[]): void | Promise<void> {
    const { runs, addon } = this.#shared;
    if (this.#isLight && runs.isIdle) {
      addon.run(this.#bind(buffers).bound);
      return undefined;
    }
    this.#requireFitting(buffers);
    return runs.start(() => {
      const owner = this.#bind(buffers);
      return { bound: owner.bound, owner };
    });
  }

  runNow(buffers: readonly EngineBuffer[]): void {
    this.#shared.runs.settle();
    this.#shared.addon.run(this.#bind(buffers).bound);
  }

  /** Binds the program to memory, anew only when that is not what it was. */
  #bind(buffers: readonly EngineBuffer[]): Binds {
    const { addon, set } = this.#shared;
    const { arenaSize, scratchSize } = this.#program;
    const arena = this.#shared.arena.reserve(arenaSize);
    const scratch = this.#shared.scratch.reserve(scratchSize);
    const work = this.#shared.work.reserve(this.#workSize);
    const latest = this.#latest;
    if (latest?.buffers === buffers && latest.arena === arena && latest.scratch === scratch && latest.work === work) {
      return latest;
    }
    this.#requireFitting(buffers);
    const memories = [arena[0]!, this.#constants, ...buffers.map((buffer) => (buffer as NativeBuffer).values)];
    const bound = addon.bind(set, this.#words, memories, scratch, work);
    const binds = { bound, buffers, arena, scratch, work, words: this.#words, constants: this.#constants };
    this.#latest = binds;
    return binds;
  }

  #requireFitting(buffers: readonly EngineBuffer[]): void {
    const { bindings } = this.#program;
    if (buffers.length !== bindings.length) {
      throw new ShapeError(explain({ expected: `${bindings.length} bindings`, got: `${buffers.length}` }));
    }
    for (const [index, binding] of bindings.entries()) this.#requireOne(binding, buffers[index]!);
  }

  #requireOne({ name, dtype, shape }: Binding, buffer: EngineBuffer): void {
    const own = buffer instanceof NativeBuffer && buffer.runs === this.#shared.runs;
    if (own && buffer.length === sizeOf(shape) && buffer.dtype === dtype) return;
    const expected = `a buffer of this engine for ${name} ${dtype} ${showShape(shape)}`;
    throw new ShapeError(explain({ expected, got: own ? `${buffer.length} of ${buffer.dtype}` : "another engine's" }));
  }
}
