import { explain, ShapeError } from "../../errors.ts";
import { showShape, sizeOf } from "../../graph/tensor.ts";
import { encode } from "../../program/encode.ts";
import { ARENA, type Binding, CONSTANTS, FIRST_BINDING, type Program, SCRATCH } from "../../program/format.ts";
import { workOf } from "../../program/work.ts";
import type { EngineBuffer, Executable } from "../engine.ts";
import { WasmBuffer } from "./buffer.ts";
import type { Kernels } from "./instance.ts";
import { type LinearMemory, spacing } from "./memory.ts";
import type { Team } from "./team.ts";
import type { Workspace } from "./workspace.ts";

/** What the programs of one instance share. */
export interface Shared {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  /** Those who run large programs together; none where there is one thread. */
  readonly team: Team | undefined;
  /** Operations from which on a program is large. */
  readonly largeWork: number;
  readonly arena: Workspace;
  readonly scratch: Workspace;
  readonly work: Workspace;
}

/** Constants begin at a multiple of 64 bytes. */
const alignLength = (length: number): number => Math.ceil(length / 16) * 16;

/** A program in the memory of an instance: its words, the addresses of its slots for each member, and its constants. */
export class WasmExecutable implements Executable {
  /** Of the block that holds all three, in bytes. */
  readonly address: number;
  readonly #shared: Shared;
  readonly #program: Pick<Program, "arenaSize" | "scratchSize" | "bindings">;
  /** Of the first member, with those of the others after it. */
  readonly #slots: number;
  readonly #slotsApart: number;
  readonly #workSize: number;
  /** Who runs it; one thread where the program is too small to share. */
  readonly #team: Team | undefined;
  /** What the slots hold. */
  #latest: { readonly bindings: readonly EngineBuffer[]; readonly arena: number; readonly scratch: number } | undefined;

  constructor(shared: Shared, program: Program) {
    const { arenaSize, scratchSize, bindings } = program;
    const words = encode(program);
    const { memory, kernels } = shared;
    this.#shared = shared;
    this.#team = workOf(program) < shared.largeWork ? undefined : shared.team;
    this.#slotsApart = alignLength(FIRST_BINDING + bindings.length);
    const slots = alignLength(words.length);
    const constants = slots + this.#members * this.#slotsApart;
    this.#program = { arenaSize, scratchSize, bindings };
    this.address = memory.allocate(constants + program.constantsSize);
    this.#slots = this.address + slots * 4;
    memory.integers.set(words, this.address / 4);
    for (const first of this.#firstSlots()) memory.integers[first + CONSTANTS] = this.address + constants * 4;
    for (const { offset, dtype, values } of program.constants) {
      const target = dtype === "int32" ? memory.integers : memory.floats;
      target.set(values, this.address / 4 + constants + offset);
    }
    this.#workSize = kernels.work_size(this.address);
    try {
      this.#reserve();
      this.#team?.start();
    } catch (error) {
      memory.release(this.address);
      throw error;
    }
  }

  run(bindings: readonly EngineBuffer[]): void {
    const { arena, scratch, work } = this.#reserve();
    const latest = this.#latest;
    if (latest?.bindings !== bindings || latest.arena !== arena || latest.scratch !== scratch) {
      this.#bind(bindings, arena, scratch);
    }
    if (this.#team?.isReady) this.#team.run(this.address, this.#slots, this.#slotsApart, work, spacing(this.#workSize));
    else this.#shared.kernels.run(this.address, this.#slots, work);
  }

  /** Fills the slots of all members. */
  #bind(bindings: readonly EngineBuffer[], arena: number, scratch: number): void {
    const { bindings: wanted, scratchSize } = this.#program;
    if (bindings.length !== wanted.length) {
      throw new ShapeError(explain({ expected: `${wanted.length} bindings`, got: `${bindings.length}` }));
    }
    const { integers } = this.#shared.memory;
    const addresses = wanted.map((binding, index) => this.#addressOf(binding, bindings[index]));
    for (const [member, first] of this.#firstSlots().entries()) {
      integers[first + ARENA] = arena;
      integers[first + SCRATCH] = scratch + member * spacing(scratchSize) * 4;
      integers.set(addresses, first + FIRST_BINDING);
    }
    this.#latest = { bindings, arena, scratch };
  }

  get #members(): number {
    return this.#team?.members ?? 1;
  }

  /** Where the slots of each member begin, counted in elements. */
  #firstSlots(): readonly number[] {
    return Array.from({ length: this.#members }, (_, member) => this.#slots / 4 + member * this.#slotsApart);
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
      scratch: scratch.reserve(this.#members * spacing(scratchSize)),
      work: work.reserve(this.#members * spacing(this.#workSize)),
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
