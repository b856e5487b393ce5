import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OptionError, StateError } from "../errors.ts";
import { referenceEngine } from "./reference/reference.ts";

/** The module keeps what it has chosen: each test gets its own. */
let select: typeof import("./select.ts");
beforeEach(async () => {
  vi.resetModules();
  select = await import("./select.ts");
});
afterEach(() => {
  vi.doUnmock("./native/native.ts");
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Has the native engine fail, on a machine with one or without. */
async function withoutNative(kind: "missing" | "broken"): Promise<void> {
  vi.resetModules();
  const { MissingEngineError } = await import("./engine.ts");
  const reason = kind === "missing" ? new MissingEngineError("there is none.") : new StateError("it is damaged.");
  vi.doMock("./native/native.ts", () => ({
    nativeEngine: () => {
      throw reason;
    },
  }));
  select = await import("./select.ts");
}

test("there is one engine of each name", async () => {
  await withoutNative("missing");
  expect(await select.selectEngine("wasm")).toBe(await select.selectEngine());
  expect(await select.selectEngine("reference")).not.toBe(await select.selectEngine());
});

test("an engine stands for itself, and what is none is an error", async () => {
  const own = referenceEngine();
  expect(await select.selectEngine(own)).toBe(own);
  await expect(select.selectEngine({} as typeof own)).rejects.toThrow("engine");
  await expect(select.selectEngine("abacus" as "wasm")).rejects.toThrow("native, wasm, reference");
});

test("the environment decides where nothing else does", async () => {
  vi.stubEnv("RONDO_ENGINE", "reference");
  expect((await select.selectEngine()).name).toBe("reference");
  expect((await select.selectEngine("wasm")).name).toBe("wasm");
});

test("a missing native engine is nothing to speak of, a broken one is said once", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  await withoutNative("missing");
  expect((await select.selectEngine()).name).toBe("wasm");
  expect(warn).not.toHaveBeenCalled();
  await withoutNative("broken");
  expect((await select.selectEngine()).name).toBe("wasm");
  expect((await select.selectEngine()).name).toBe("wasm");
  expect(warn.mock.calls).toEqual([["Rondo runs on its engine wasm. native: it is damaged."]]);
  await expect(select.selectEngine("native")).rejects.toThrow("damaged");
});

test("without WebAssembly the reference engine takes over, and says so once", async () => {
  await withoutNative("missing");
  vi.stubGlobal("WebAssembly", undefined);
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  expect((await select.selectEngine()).name).toBe("reference");
  expect((await select.selectEngine()).name).toBe("reference");
  expect(warn).toHaveBeenCalledTimes(1);
  await expect(select.selectEngine("wasm")).rejects.not.toBeInstanceOf(OptionError);
});

test("reports name all engines, what they are here, or why they do not work", async () => {
  await withoutNative("broken");
  expect(await select.engineReports()).toEqual([
    { name: "native", works: false, reason: "it is damaged." },
    { name: "wasm", works: true, detail: expect.stringContaining("SIMD") },
    { name: "reference", works: true, detail: "float64" },
  ]);
});

test("a mistake in the environment is an error, not another engine", async () => {
  vi.stubEnv("RONDO_THREADS", "many");
  vi.doMock("./native/native.ts", async () => ({
    nativeEngine: (await import("./threads.ts")).requestedThreads,
  }));
  await expect(select.selectEngine()).rejects.toThrow("RONDO_THREADS");
  await expect(select.engineReports()).rejects.toThrow("RONDO_THREADS");
});
