/** Which of the builds of `kernels/` a host can run, and an instance of it. */
import { explain, StateError } from "../../errors.ts";
import { hasThreads } from "./host-threads.ts";

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
export type Instance =
  | { readonly kernels: Kernels; readonly memory: WebAssembly.Memory; readonly module?: undefined }
  | {
      readonly kernels: TeamKernels;
      readonly memory: WebAssembly.Memory;
      /** To be instantiated by each thread over the same memory. */
      readonly module: WebAssembly.Module;
    };

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
  alone: {
    relaxed: () => import("./binary/relaxed.generated.ts"),
    simd: () => import("./binary/simd.generated.ts"),
  },
  threads: {
    relaxed: () => import("./binary/relaxed-threads.generated.ts"),
    simd: () => import("./binary/simd-threads.generated.ts"),
  },
};

async function compile(build: Build, kind: keyof typeof binaries): Promise<WebAssembly.Module> {
  const { binary } = await binaries[kind][build]();
  return WebAssembly.compile(bytesOf(binary));
}

/** What base64 stands for: at once where the host can, for letter by letter takes longer than to compile it. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const hosts = globalThis as {
    readonly Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
    readonly Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
  };
  const made = hosts.Uint8Array.fromBase64?.(base64) ?? hosts.Buffer?.from(base64, "base64");
  if (made !== undefined) return made;
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** `--initial-memory` of `kernels/sources.js`. */
const INITIAL_PAGES = 2;

/** Memory for several threads, with room for 4 GiB or for less on hosts that do not set so much aside. */
function sharedMemory(): WebAssembly.Memory | undefined {
  for (const maximum of [65_536, 32_768, 16_384]) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
    } catch {
      // Hosts refuse with errors of different kinds; one thread needs no such memory.
    }
  }
  return undefined;
}

/** An instance for one thread. */
async function instantiateAlone(build: Build): Promise<Instance> {
  const { exports } = await WebAssembly.instantiate(await compile(build, "alone"));
  return { kernels: exports as unknown as Kernels, memory: exports.memory as WebAssembly.Memory };
}

/**
 * Compiles and instantiates a build, for several threads where that is asked for and the host has them.
 * @throws StateError where the host cannot run it
 */
export async function instantiate(build: Build, threaded: boolean): Promise<Instance> {
  if (!supports(build)) {
    throw new StateError(
      explain({
        expected: `a host that runs WebAssembly with ${build === "relaxed" ? "relaxed SIMD" : "SIMD"}`,
        got: "one that does not",
        remedy: build === "relaxed" ? "use the build `simd`" : "use the reference engine or a newer host",
      }),
    );
  }
  const memory = threaded && hasThreads() ? sharedMemory() : undefined;
  if (memory === undefined) return await instantiateAlone(build);
  const module = await compile(build, "threads");
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return { kernels: exports as unknown as TeamKernels, memory, module };
}
