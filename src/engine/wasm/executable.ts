import { explain, ShapeError } from "../../errors.ts";
import { showShape, sizeOf } from "../../graph/tensor.ts";
import { encode } from "../../program/encode.ts";
import { ARENA, type Binding, CONSTANTS, FIRST_BINDING, type Program, SCRATCH } from "../../program/format.ts";
import type { EngineBuffer, Executable } from "../engine.ts";
import { WasmBuffer } from "./buffer.ts";
import type { Kernels } from "./instance.ts";
import type { LinearMemory } from "./memory.ts";
import type { Workspace } from "./workspace.ts";

/** What the programs of one instance share. */
export interface Shared {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  readonly arena: Workspace;
  readonly scratch: Workspace;
  readonly work: Workspace;
}

/** Constants begin at a multiple of 64 bytes. */
const alignLength = (length: number): number => Math.ceil(length / 16) * 16;

/** A program in the memory of an instance: its words, the addresses of its slots, and its constants. */
export class WasmExecutable implements Executable {
  /** Of the block that holds all three, in bytes. */
  readonly address: number;
  readonly #shared: Shared;
  readonly #program: Pick<Program, "arenaSize" | "scratchSize" | "bindings">;
  readonly #slots: number;
  readonly #workSize: number;

  constructor(shared: Shared, program: Program) {
    const { arenaSize, scratchSize, bindings } = program;
    const words = encode(program);
    const slots = alignLength(words.length);
    const constants = slots + alignLength(FIRST_BINDING + bindings.length);
    const { memory, kernels } = shared;
    this.#shared = shared;
    this.#program = { arenaSize, scratchSize, bindings };
    this.address = memory.allocate(constants + program.constantsSize);
    this.#slots = this.address + slots * 4;
    memory.integers.set(words, this.address / 4);
    memory.integers[this.#slots / 4 + CONSTANTS] = this.address + constants * 4;
    for (const { offset, dtype, values } of program.constants) {
      const target = dtype === "int32" ? memory.integers : memory.floats;
      target.set(values, this.address / 4 + constants + offset);
    }
    this.#workSize = kernels.work_size(this.address);
    try {
      this.#reserve();
    } catch (error) {
      memory.release(this.address);
      throw error;
    }
  }

  run(bindings: readonly EngineBuffer[]): void {
    const { bindings: wanted } = this.#program;
    if (bindings.length !== wanted.length) {
      throw new ShapeError(explain({ expected: `${wanted.length} bindings`, got: `${bindings.length}` }));
    }
    const { arena, scratch, work } = this.#reserve();
    const { integers } = this.#shared.memory;
    const first = this.#slots / 4;
    integers[first + ARENA] = arena;
    integers[first + SCRATCH] = scratch;
    for (const [index, binding] of wanted.entries()) {
      integers[first + FIRST_BINDING + index] = this.#addressOf(binding, bindings[index]);
    }
    this.#shared.kernels.run(this.address, this.#slots, work);
  }

  runNow(bindings: readonly EngineBuffer[]): void {
    this.run(bindings);
  }

  /** The memory that this program shares with others, grown to what it needs. */
  #reserve(): { arena: number; scratch: number; work: number } {
    const { arena, scratch, work } = this.#shared;
    const { arenaSize, scratchSize } = this.#program;
    return {
      arena: arena.reserve(arenaSize),
      scratch: scratch.reserve(scratchSize),
      work: work.reserve(this.#workSize),
    };
  }

  #addressOf(binding: Binding, buffer: EngineBuffer | undefined): number {
    if (buffer instanceof WasmBuffer && buffer.memory === this.#shared.memory) {
      if (buffer.length === sizeOf(binding.shape) && buffer.dtype === binding.dtype) return buffer.address;
    }
    const expected = `a buffer of this engine for ${binding.name} ${binding.dtype} ${showShape(binding.shape)}`;
    const own = buffer instanceof WasmBuffer && buffer.memory === this.#shared.memory;
    const got = own ? `${buffer.length} of ${buffer.dtype}` : buffer === undefined ? "none" : "another engine's";
    throw new ShapeError(explain({ expected, got }));
  }
}
