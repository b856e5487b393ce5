import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OptionError } from "../errors.ts";
import { referenceEngine } from "./reference/reference.ts";

/** The module keeps what it has chosen: each test gets its own. */
let select: typeof import("./select.ts");
beforeEach(async () => {
  vi.resetModules();
  select = await import("./select.ts");
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("there is one engine of each name", async () => {
  expect(await select.selectEngine("wasm")).toBe(await select.selectEngine());
  expect(await select.selectEngine("reference")).not.toBe(await select.selectEngine());
});

test("an engine stands for itself, and what is none is an error", async () => {
  const own = referenceEngine();
  expect(await select.selectEngine(own)).toBe(own);
  await expect(select.selectEngine({} as typeof own)).rejects.toThrow("engine");
  await expect(select.selectEngine("abacus" as "wasm")).rejects.toThrow("wasm, reference");
});

test("the environment decides where nothing else does", async () => {
  vi.stubEnv("RONDO_ENGINE", "reference");
  expect((await select.selectEngine()).name).toBe("reference");
  expect((await select.selectEngine("wasm")).name).toBe("wasm");
});

test("without WebAssembly the reference engine takes over, and says so once", async () => {
  vi.stubGlobal("WebAssembly", undefined);
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  expect((await select.selectEngine()).name).toBe("reference");
  expect((await select.selectEngine()).name).toBe("reference");
  expect(warn).toHaveBeenCalledTimes(1);
  await expect(select.selectEngine("wasm")).rejects.not.toBeInstanceOf(OptionError);
});
