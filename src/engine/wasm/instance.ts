/** Which of the builds of `kernels/` a host can run, and an instance of it. */
import type { LinearMemory } from "./memory.ts";
import type { Team } from "./team.ts";

/** `relaxed` multiplies and adds in one instruction, `simd` in two. */
export const builds = ["relaxed", "simd"] as const;
export type Build = (typeof builds)[number];

/** The entries of `kernels/run.c`; addresses are counted in bytes. */
export interface Kernels {
  readonly __heap_base: WebAssembly.Global<"i32">;
  /** Runs a program given by the addresses of its words, of the list of its slots' addresses, and of work memory. */
  run(words: number, slots: number, work: number): void;
  /** Elements of work memory that a program needs. */
  work_size(words: number): number;
}

/** The entries of `kernels/workers.c` too. */
export interface TeamKernels extends Kernels {
  /** The end of the stack of the calling thread. */
  readonly __stack_pointer: WebAssembly.Global<"i32">;
  /** Bytes of a team, which are all zeros at first. */
  team_size(): number;
  /** Workers of a team that are ready. */
  present(team: number): number;
  /** Runs a program with all members. `slots` and `work` are the first member's; others' lie so many elements further. */
  lead(
    team: number,
    words: number,
    slots: number,
    slotsApart: number,
    work: number,
    workApart: number,
    members: number,
    maySleep: boolean,
  ): void;
  /** Ends a run that another member has failed in. */
  abandon(team: number): void;
}

/** An instance and its memory. */
export interface Instance {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  /** Those who run programs together, where threads may share the memory; see `Team`. */
  teamOf?(memory: LinearMemory, members: number, largeWork: number | undefined): Team;
}

/** A module with one function of so many vectors, which are the operands of one instruction. */
const probe = (operands: readonly number[], ...instruction: readonly number[]) =>
  Uint8Array.of(
    // The magic number, version 1.
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // A type: from v128 each to v128. A function of it.
    ...[1, 5 + operands.length, 1, 0x60, operands.length, ...operands.map(() => 0x7b), 1, 0x7b, 3, 2, 1, 0],
    // Its code: local.get of each operand, the SIMD instruction, end.
    ...[10, 7 + 2 * operands.length, 1, 5 + 2 * operands.length, 0],
    ...operands.flatMap((operand) => [0x20, operand]),
    ...[0xfd, ...instruction, 0x0b],
  );

/** Instructions that a host must know: f32x4.relaxed_madd and f32x4.add. */
const probes: Readonly<Record<Build, Uint8Array<ArrayBuffer>>> = {
  relaxed: probe([0, 1, 2], 0x85, 0x02),
  simd: probe([0, 1], 0xe4, 0x01),
};

/** Whether the host can run a build. */
export function supports(build: Build): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(probes[build]);
}

const binaries = {
  relaxed: () => import("./binary/relaxed.generated.ts"),
  simd: () => import("./binary/simd.generated.ts"),
};

/** Compiles a build, or one like it, of which the host knows the instructions. @throws StateError where it does not */
export async function compile(
  build: Build,
  modules: Readonly<Record<Build, () => Promise<{ readonly binary: string }>>> = binaries,
): Promise<WebAssembly.Module> {
  if (!supports(build)) throw (await import("./unsupported.ts")).unsupported(build);
  const { binary } = await modules[build]();
  return WebAssembly.compile(bytesOf(binary));
}

/** What base64 stands for: at once in Node, where letter by letter takes longer than to compile it. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> } };
  if (Buffer !== undefined) return Buffer.from(base64, "base64");
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** An instance for one thread. */
export async function instantiate(build: Build): Promise<Instance> {
  const { exports } = await WebAssembly.instantiate(await compile(build));
  return { kernels: exports as unknown as Kernels, memory: exports.memory as WebAssembly.Memory };
}
