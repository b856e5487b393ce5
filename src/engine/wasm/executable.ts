import { explain, ShapeError } from "../../errors.ts";
import { showShape, sizeOf } from "../../graph/tensor.ts";
import { encode } from "../../program/encode.ts";
import { ARENA, type Binding, CONSTANTS, FIRST_BINDING, type Program, SCRATCH } from "../../program/format.ts";
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
  readonly #team: Team | undefined;
  /** What the slots hold. */
  #latest: { readonly bindings: readonly EngineBuffer[]; readonly arena: number; readonly scratch: number } | undefined;

  /** @param team who runs it @default the calling thread alone */
  constructor(shared: Shared, program: Program, team?: Team) {
    const { arenaSize, scratchSize, bindings } = program;
    const words = encode(program);
    const { memory, kernels } = shared;
    this.#shared = shared;
    this.#team = team;
    this.#slotsApart = alignLength(FIRST_BINDING + bindings.length);
    const slots = alignLength(words.length);
    const constants = slots + this.#members * this.#slotsApart;
    this.#program = { arenaSize, scratchSize, bindings };
    this.address = memory.allocate(constants + program.constantsSize);
    this.#slots = this.address + slots * 4;
    memory.view("int32", this.address, words.length).set(words);
    for (const own of this.#slotsOfMembers()) own[CONSTANTS] = this.address + constants * 4;
    for (const { offset, dtype, values } of program.constants) {
      memory.view(dtype, this.address + (constants + offset) * 4, values.length).set(values);
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
    const addresses = wanted.map((binding, index) => this.#addressOf(binding, bindings[index]));
    for (const [member, own] of this.#slotsOfMembers().entries()) {
      own[ARENA] = arena;
      own[SCRATCH] = scratch + member * spacing(scratchSize) * 4;
      own.set(addresses, FIRST_BINDING);
    }
    this.#latest = { bindings, arena, scratch };
  }

  get #members(): number {
    return this.#team?.members ?? 1;
  }

  #slotsOfMembers() {
    const length = this.#slotsApart;
    return Array.from({ length: this.#members }, (_, member) =>
      this.#shared.memory.view("int32", this.#slots + member * length * 4, length),
    );
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
    const { name, shape, dtype } = binding;
    const own = buffer instanceof WasmBuffer && buffer.memory === this.#shared.memory ? buffer : undefined;
    if (own?.length === sizeOf(shape) && own.dtype === dtype) return own.address;
    const expected = `a buffer of this engine for ${name} ${dtype} ${showShape(shape)}`;
    const got = own ? `${own.length} of ${own.dtype}` : buffer ? "another engine's" : "none";
    throw new ShapeError(explain({ expected, got }));
  }
}
