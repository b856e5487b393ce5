import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, platform } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import { OptionError, StateError } from "../../errors.ts";
import { add, input, matmul, scan, sum, tanh, variable } from "../../graph/index.ts";
import { type Engine, MissingEngineError } from "../engine.ts";
import { Session } from "../session.ts";
import { type Addon, loadAddon } from "./addon.ts";
import { type NodeHost, nodeHost } from "./host.ts";
import { nativeEngine } from "./native.ts";

/** Where no C compiler built the addon there is nothing to test but that it is missing. */
function isMissing(): boolean {
  try {
    loadAddon();
    return false;
  } catch (cause) {
    if (cause instanceof MissingEngineError) return true;
    throw cause;
  }
}
const missing = isMissing();
if (missing) console.warn("The native engine was not built (no C compiler): its tests are skipped.");

/** A recurrence of `steps` steps over 64 rows of `units`, with sums over all of them: enough to be worth several threads. */
function recurrence(engine: Engine, units: number, steps: number) {
  const session = new Session(engine);
  const weights = variable("weights", [units, units]);
  const x = input("x", [steps, 64, units]);
  const { outputs } = scan(
    ({ h }, { now }) => {
      const next = tanh(add(matmul(h!, weights), now!));
      return { carry: { h: next }, outputs: { next } };
    },
    { h: variable("start", [64, units]) },
    { now: x },
    {},
  );
  const size = units * units;
  session.set(
    weights,
    Float32Array.from({ length: size }, (_, i) => (((i * 7919) % 2003) / 1001.5 - 1) / units),
  );
  const all = outputs.next!;
  const results = [all, sum(all, { axes: [0, 1] }), matmul(weights, weights)];
  const prepared = session.prepare({ inputs: [x], outputs: results, updates: [] });
  const values = Float32Array.from({ length: x.size }, (_, i) => ((i * 104729) % 2003) / 1001.5 - 1);
  return { run: () => prepared.run([values]), session, weights };
}

test("a native engine is there or named as missing", () => {
  if (missing) expect(() => nativeEngine()).toThrow(MissingEngineError);
  else expect(nativeEngine({ threads: 2 })).toMatchObject({ name: "native", detail: /, 2 threads$/ });
});

describe.skipIf(missing)("nativeEngine", () => {
  test("refuses options that it cannot serve", () => {
    expect(() => nativeEngine({ threads: 0 })).toThrow(OptionError);
    expect(() => nativeEngine({ threads: 1000 })).toThrow("256");
    expect(() => nativeEngine({ instructionSet: "abacus" })).toThrow("instructionSet");
    expect(() => nativeEngine({ cores: 2 } as never)).toThrow("cores");
  });

  test("RONDO_THREADS decides where no option does", () => {
    vi.stubEnv("RONDO_THREADS", "3");
    expect(nativeEngine().detail).toContain("3 threads");
    expect(nativeEngine({ threads: 1 }).detail).toContain("1 thread");
    vi.stubEnv("RONDO_THREADS", "many");
    expect(() => nativeEngine()).toThrow("RONDO_THREADS");
    vi.unstubAllEnvs();
  });

  test.each([17, 64])("gives the same bits whatever the number of threads, %i units", async (units) => {
    const results = [];
    for (const threads of [1, 2, 3, 7]) {
      results.push(await recurrence(nativeEngine({ threads }), units, 40).run());
    }
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });

  test("leaves the event loop free while it runs", async () => {
    const { run } = recurrence(nativeEngine(), 128, 1500);
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    const start = performance.now();
    await run();
    clearInterval(count);
    // The first run compiles nothing any more: what is left is time off this thread.
    expect(performance.now() - start).toBeGreaterThan(2);
    expect(turns).toBeGreaterThan(0);
  });

  test.skipIf(platform() !== "linux")("leaves all other threads of the process free to run on any core", async () => {
    const cores = availableParallelism();
    await recurrence(nativeEngine({ threads: cores }), 64, 100).run();
    const allowed = readdirSync("/proc/self/task").flatMap((thread) => {
      const status = readFileSync(`/proc/self/task/${thread}/status`, "utf8");
      return [/Cpus_allowed_list:\s*(\S+)/.exec(status)![1]!];
    });
    const isOne = (list: string) => /^\d+$/.test(list);
    // The calling thread has its cores back; the others have one each.
    const [bound, free] = [allowed.filter(isOne), allowed.filter((list) => !isOne(list))];
    if (cores > 1) expect(new Set(bound).size).toBe(cores - 1);
    if (cores > 1) expect(new Set(free)).toEqual(new Set([allowed[0]]));
  });

  test("runs follow one another, and memory is touched only between them", async () => {
    const engine = nativeEngine();
    const { run, session, weights } = recurrence(engine, 64, 100);
    const other = recurrence(engine, 32, 50);
    const expected = await run();
    const expectedOther = await other.run();
    const both = await Promise.all([run(), other.run(), run(), other.run()]);
    expect(both).toEqual([expected, expectedOther, expected, expectedOther]);
    // Reading and writing variables in the middle of a run waits for its end.
    const running = run();
    await Promise.resolve();
    expect(session.get(weights)).toHaveLength(64 * 64);
    session.set(weights, new Float32Array(64 * 64));
    expect(await running).toEqual(expected);
    expect(await run()).not.toEqual(expected);
  });

  test("survives engines and programs that are dropped while they run", async () => {
    const runs: Promise<unknown>[] = [];
    for (let i = 0; i < 20; i++) runs.push(recurrence(nativeEngine({ threads: 2 }), 48, 60).run());
    (globalThis as { gc?: () => void }).gc?.();
    await sleep(1);
    const results = await Promise.all(runs);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test("refuses memory of another engine or size", () => {
    const [one, other] = [nativeEngine(), nativeEngine()];
    const program = {
      ...{ arenaSize: 0, constantsSize: 0, scratchSize: 0, constants: [], instructions: [] },
      bindings: [{ name: "x", role: "variable", shape: [3], dtype: "float32" } as const],
    };
    const executable = one.load(program);
    expect(() => executable.run([other.allocate(3, "float32")])).toThrow("another engine's");
    expect(() => executable.run([one.allocate(4, "float32")])).toThrow("4 of float32");
    expect(() => executable.run([])).toThrow("1 bindings");
    expect(() => one.allocate(3, "float32").write([1, 2], 2)).toThrow("3 elements");
    expect(() => one.allocate(2 ** 48, "float32")).toThrow(StateError);
  });

  test("ends with the worker that used it", async () => {
    const module = JSON.stringify(new URL("../../../dist/index.js", import.meta.url).href);
    const code = `import(${module}).then(async ({ lstm, sequential }) => {
      const model = sequential([lstm(64, { inputShape: [200, 64] })]);
      model.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "native" });
      const x = { data: new Float32Array(64 * 200 * 64), shape: [64, 200, 64] };
      const y = { data: new Float32Array(64 * 64), shape: [64, 64] };
      const first = await model.trainOnBatch(x, y);
      model.trainOnBatch(x, y);
      require("node:worker_threads").parentPort.postMessage(first.loss);
      process.exit();
    })`;
    const workers = [0, 1, 2].map(() => new Worker(code, { eval: true }));
    const ended = workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          let loss: unknown;
          worker.on("message", (value) => {
            loss = value;
          });
          worker.on("error", reject);
          worker.on("exit", () => resolve(loss));
        }),
    );
    expect(await Promise.all(ended)).toEqual([0, 0, 0]);
  });
});

describe.skipIf(missing)("loadAddon", () => {
  const real = nodeHost()!;
  const host = (changes: Partial<NodeHost>): NodeHost => ({ ...real, ...changes });
  const isBinary = (path: URL) => path.pathname.endsWith(".node");

  test("tells a host without addons and a missing build from a broken one", () => {
    expect(() =>
      loadAddon(
        host({
          readFile: () => {
            throw new Error("none");
          },
        }),
      ),
    ).toThrow(MissingEngineError);
  });

  test.each<[string, (binary: Buffer) => Buffer]>([
    ["cut off", (binary) => binary.subarray(0, 5000)],
    ["cut off by one byte", (binary) => binary.subarray(0, -1)],
    ["one with a block of zeros", (binary) => binary.fill(0, 65_536, 65_536 + 512)],
  ])("refuses a damaged binary, %s, before it is opened", (_, damage) => {
    const dlopen = vi.fn();
    const damaged = host({
      dlopen,
      readFile: (path) => (isBinary(path) ? damage(readFileSync(path)) : readFileSync(path)),
    });
    expect(() => loadAddon(damaged)).toThrow("a damaged one: run npm run build");
    expect(dlopen).not.toHaveBeenCalled();
  });

  test("refuses one of other sources, whoever says so", () => {
    const described = host({
      readFile: (path) =>
        isBinary(path)
          ? readFileSync(path)
          : Buffer.from(JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), sources: "others" })),
    });
    expect(() => loadAddon(described)).toThrow("one of other sources");
    const loaded = host({
      dlopen: (module) => {
        Object.assign(module.exports, { sources: "others" });
      },
    });
    expect(() => loadAddon(loaded)).toThrow("one of other sources");
  });

  test("says why one does not load", () => {
    const unfit = host({
      dlopen: () => {
        throw new Error("wrong ELF class");
      },
    });
    expect(() => loadAddon(unfit)).toThrow("wrong ELF class");
  });

  test("the entries refuse what does not fit", () => {
    const addon = loadAddon() as Addon & Record<string, (...values: unknown[]) => unknown>;
    expect(() => addon.run({} as never)).toThrow(TypeError);
    expect(() => addon.start(undefined as never, {})).toThrow(TypeError);
    expect(() => addon.workSize(0, new Float32Array(1) as never)).toThrow("Int32Array");
    expect(() => addon.workSize(99, new Int32Array(1))).toThrow("instruction set");
    expect(() => addon.bind(0, new Int32Array(1), [], [], [])).toThrow("memories");
    expect(() =>
      addon.bind(0, new Int32Array(1), [1, 2] as never, [new Float32Array(1)], [new Float32Array(1)]),
    ).toThrow("Float32Array");
    expect(() => (addon.bind as unknown as () => void)()).toThrow("number of arguments");
  });
});
