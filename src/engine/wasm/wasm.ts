/** The engine for every host: `kernels/` compiled to WebAssembly with SIMD, on the calling thread and on workers. */
import { rejectUnknown, requireChoice } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import { WasmBuffer } from "./buffer.ts";
import { type Shared, WasmExecutable } from "./executable.ts";
import { hasThreads } from "./host-threads.ts";
import { type Build, builds, instantiate, supports } from "./instance.ts";
import { LinearMemory } from "./memory.ts";
import type { Team } from "./team.ts";
import { Workspace } from "./workspace.ts";

export interface WasmOptions {
  /**
   * `relaxed` is faster where the host has relaxed SIMD, and rounds products differently from host to host.
   * @default the best that the host can run
   */
  readonly build?: Build;
  /**
   * At most so many, and at most 256; 1 where threads cannot share memory, as on pages that are not cross-origin
   * isolated. Results do not depend on it, bit for bit.
   * @default `RONDO_THREADS`, else one for each core, at most 8
   */
  readonly threads?: number;
}

const details: Readonly<Record<Build, string>> = { relaxed: "relaxed SIMD", simd: "SIMD 128" };

/** More than this many threads have too little to do each in programs of usual sizes. */
const USUAL_MOST = 8;

/**
 * Makes an engine with a memory of its own, at most 4 GiB. Buffers and programs that are dropped give memory back when
 * they are collected. A run is done when `run` returns.
 * @throws StateError where the host has no WebAssembly with SIMD
 */
export async function wasmEngine(options: WasmOptions = {}): Promise<Engine> {
  rejectUnknown("wasmEngine()", options, ["build", "threads"]);
  const { build = supports("relaxed") ? "relaxed" : "simd", threads } = options;
  requireChoice("build", build, builds);
  // What counts threads loads where somebody asks for some, or there may be several.
  const mayShare = threads !== undefined || hasThreads();
  const count = mayShare ? (await import("../threads.ts")).threadsFor(threads, USUAL_MOST) : 1;
  return (await makeEngine(build, count)).engine;
}

/** As `wasmEngine`, with the team that runs programs of at least so many operations. */
export async function makeEngine(
  build: Build,
  threads: number,
  largeWork?: number,
): Promise<{ readonly engine: Engine; readonly team: Team | undefined }> {
  const mayShare = threads > 1 && hasThreads();
  const sharing = mayShare ? await (await import("./shared-instance.ts")).instantiateShared(build) : undefined;
  const instance = sharing ?? (await instantiate(build));
  const { kernels } = instance;
  const memory = new LinearMemory(instance.memory, kernels.__heap_base.value);
  const team = instance.teamOf?.(memory, threads, largeWork);
  const shared: Shared = {
    kernels,
    memory,
    arena: new Workspace(memory),
    scratch: new Workspace(memory),
    work: new Workspace(memory),
  };
  const dropped = new FinalizationRegistry<number>((address) => memory.release(address));
  /** Gives the memory of what is dropped back. */
  const keep = <T extends { readonly address: number }>(owner: T): T => {
    dropped.register(owner, owner.address);
    return owner;
  };
  const engine: Engine = {
    name: "wasm",
    get detail() {
      const members = team?.working ?? 1;
      return `${details[build]}, ${members} ${members === 1 ? "thread" : "threads"}`;
    },
    allocate: (length, dtype) => keep(new WasmBuffer(memory, length, dtype)),
    load: (program) => keep(new WasmExecutable(shared, program, team?.takes(program) ? team : undefined)),
  };
  return { engine, team };
}
