import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, test, vi } from "vitest";
import { StateError } from "../../errors.ts";
import { encode } from "../../program/encode.ts";
import { FIRST_BINDING, type MapInstruction, type Program } from "../../program/format.ts";
import { bindingOf, bound, contiguousLayout, numbers, programOf } from "../agreement/layout.ts";
import type { Engine } from "../engine.ts";
import type { WasmBuffer } from "./buffer.ts";
import { hasThreads } from "./host-threads.ts";
import type { Team } from "./team.ts";
import { makeEngine, wasmEngine } from "./wasm.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

/** y = x · x + y over so many elements, in `times` instructions. */
function squares(size: number, times = 1): Program {
  const layout = contiguousLayout([size]);
  const step: MapInstruction = {
    kind: "map",
    shape: [size],
    inputs: [bound(0, layout), bound(1, layout)],
    steps: [
      {
        op: "mul",
        operands: [
          { kind: "input", index: 0 },
          { kind: "input", index: 0 },
        ],
      },
      {
        op: "add",
        operands: [
          { kind: "value", index: 0 },
          { kind: "input", index: 1 },
        ],
      },
    ],
    outputs: [{ view: bound(1, layout), from: { kind: "value", index: 1 } }],
  };
  const bindings = [bindingOf("x", "input", size), bindingOf("y", "variable", size)];
  return programOf(
    bindings,
    Array.from({ length: times }, () => step),
  );
}

function run(engine: Engine, program: Program, x: ArrayLike<number>): number[] {
  const buffers = program.bindings.map(({ shape, dtype }) => engine.allocate(shape[0]!, dtype));
  buffers[0]!.write(x);
  engine.load(program).run(buffers);
  return Array.from(buffers[1]!.read());
}

/** Starts the workers, and returns when they are ready. */
async function ready(team: Team): Promise<void> {
  team.start();
  while (!team.isReady) {
    if (team.failure !== undefined) throw new Error(team.failure);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("Team", () => {
  test("gives the same bits for any number of threads, while memory grows and programs change", async () => {
    const results: number[][][] = [];
    for (const threads of [1, 2, 3]) {
      const { engine, team } = await makeEngine("simd", threads, 0);
      if (team !== undefined) await ready(team);
      const runs = [30_000, 7, 200_000, 1_000_000, 30_000].map((size) =>
        run(engine, squares(size, 3), numbers(size, size)),
      );
      expect(team?.failure).toBeUndefined();
      results.push(runs);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test("two teams run at once", async () => {
    const made = await Promise.all([makeEngine("simd", 2, 0), makeEngine("simd", 3, 0)]);
    await Promise.all(made.map(({ team }) => ready(team!)));
    const x = numbers(50_000, 1);
    const [first, second] = made.map(({ engine }) => run(engine, squares(50_000), x));
    expect(first).toEqual(second);
  });

  test("is not started for what one thread does as fast", async () => {
    const { engine, team } = await makeEngine("simd", 2, 1e6);
    run(engine, squares(1000), numbers(1000, 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(team!.isReady).toBe(false);
    run(engine, squares(1_000_000), numbers(1000, 1));
    await ready(team!);
  });

  test("when a member fails the run fails, and one thread goes on", async () => {
    const { engine, team } = await makeEngine("simd", 2, 0);
    await ready(team!);
    const program = squares(100_000);
    const executable = engine.load(program) as unknown as { readonly address: number };
    const memory = (engine.allocate(1, "float32") as WasmBuffer).memory;
    // From now on the elements of x lie so far apart that only the first are within memory.
    const words = Array.from(encode(program));
    const view = words.findIndex((_, index) => `${words.slice(index, index + 4)}` === `${[FIRST_BINDING, 0, 0, 1]}`);
    memory.view("int32", executable.address, words.length)[view + 3] = 4000;
    const buffers = program.bindings.map(({ shape, dtype }) => engine.allocate(shape[0]!, dtype));
    expect(() => engine.load(program).run(buffers)).not.toThrow();
    expect(() => (executable as unknown as { run(buffers: unknown): void }).run(buffers)).toThrow(StateError);
    expect(engine.detail).toBe("SIMD 128, 1 thread");
    const x = numbers(100, 1);
    expect(run(engine, squares(100), x)).toEqual(x.map((value) => Math.fround(Math.fround(value * value))));
  });

  test("a host that starts no worker leaves one thread", async () => {
    const { engine, team } = await makeEngine("simd", 2, 0);
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({
      Worker: class {
        constructor() {
          throw new Error("no workers here");
        }
      },
    } as unknown as object);
    team!.start();
    vi.restoreAllMocks();
    expect(team!.failure).toBe("no workers here");
    expect(engine.detail).toBe("SIMD 128, 1 thread");
    expect(run(engine, squares(3), [1, 2, 3])).toEqual([1, 4, 9]);
  });
});

describe("threads of the host", () => {
  test("without shared memory, or on a page that is not isolated, there is one", async () => {
    expect(hasThreads()).toBe(true);
    vi.stubGlobal("crossOriginIsolated", false);
    expect((await wasmEngine({ build: "simd", threads: 2 })).detail).toBe("SIMD 128, 1 thread");
    vi.stubGlobal("crossOriginIsolated", true);
    vi.stubGlobal("SharedArrayBuffer", undefined);
    const engine = await wasmEngine({ build: "simd", threads: 2 });
    expect(engine.detail).toBe("SIMD 128, 1 thread");
    expect(run(engine, squares(3), [1, 2, 3])).toEqual([1, 4, 9]);
  });

  test("RONDO_THREADS counts, and must make sense", async () => {
    vi.stubEnv("RONDO_THREADS", "5");
    expect((await wasmEngine({ build: "simd" })).detail).toBe("SIMD 128, 5 threads");
    vi.stubEnv("RONDO_THREADS", "many");
    await expect(wasmEngine()).rejects.toThrow('Expected RONDO_THREADS to be a whole number from 1 to 256, got "many"');
  });

  test("numbers that are read are copies of their own", async () => {
    const engine = await wasmEngine({ threads: 2 });
    expect(engine.allocate(4, "float32").read().buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("keep no process alive", () => {
    const engine = new URL("../../../dist/engine/wasm/wasm.js", import.meta.url).href;
    const code = `
      const { makeEngine } = await import(${JSON.stringify(engine)});
      const { team } = await makeEngine("simd", 3, 0);
      team.start();
      while (!team.isReady) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log("ready");
    `;
    const options = { encoding: "utf8", timeout: 30_000 } as const;
    const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", code], options);
    expect({ stdout, status }).toEqual({ stdout: "ready\n", status: 0 });
  });
});
