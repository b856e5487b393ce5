/** The engine for every host: `kernels/` compiled to WebAssembly with SIMD, on the calling thread. */
import { rejectUnknown, requireChoice } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import { WasmBuffer } from "./buffer.ts";
import { type Shared, WasmExecutable } from "./executable.ts";
import { type Build, builds, instantiate, supports } from "./instance.ts";
import { LinearMemory } from "./memory.ts";
import { Workspace } from "./workspace.ts";

export interface WasmOptions {
  /**
   * `relaxed` is faster where the host has relaxed SIMD, and rounds products differently from host to host.
   * @default the best that the host can run
   */
  readonly build?: Build;
}

const details: Readonly<Record<Build, string>> = { relaxed: "relaxed SIMD", simd: "SIMD 128" };

/**
 * Makes an engine with a memory of its own, at most 4 GiB. Buffers and programs that are dropped give memory back when
 * they are collected. A run is done when `run` returns.
 * @throws StateError where the host has no WebAssembly with SIMD
 */
export async function wasmEngine(options: WasmOptions = {}): Promise<Engine> {
  rejectUnknown("wasmEngine()", options, ["build"]);
  const { build = supports("relaxed") ? "relaxed" : "simd" } = options;
  requireChoice("build", build, builds);
  const kernels = await instantiate(build);
  const memory = new LinearMemory(kernels.memory, kernels.__heap_base.value as number);
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
  return {
    name: "wasm",
    detail: details[build],
    allocate: (length, dtype) => keep(new WasmBuffer(memory, length, dtype)),
    load: (program) => keep(new WasmExecutable(shared, program)),
  };
}
