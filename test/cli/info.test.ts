import { describe, expect, test } from "vitest";
import { rondo, useDirectory } from "./command.ts";

useDirectory();

describe("rondo info", () => {
  test("prints one document with the engine, why others do not run, and a measurement", async () => {
    const { code, stdout } = await rondo(["info", "--json"], undefined, { RONDO_ENGINE: "wasm", RONDO_THREADS: "1" });
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ engine: "wasm", node: process.version });
    expect(document.detail).toContain("1 thread");
    expect(document.engines.map(({ name }: { name: string }) => name)).toEqual(["native", "wasm", "reference"]);
    for (const { works, detail, reason } of document.engines) {
      expect(typeof (works ? detail : reason)).toBe("string");
    }
    expect(document.measured.matrixProductGigaflops).toBeGreaterThan(0);
    expect(document.measured.trainingStepMilliseconds).toBeGreaterThan(0);
  });

  test("is a page for people", async () => {
    const { code, stdout } = await rondo(["info"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Engine \w+ \(.+\) in Node/);
    expect(stdout).toMatch(/Matrix product +[\d.e+]+ GFLOP\/s/);
  });

  test("a wrong number of threads is one sentence", async () => {
    const { code, stderr } = await rondo(["info"], undefined, { RONDO_THREADS: "many" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Expected RONDO_THREADS to be a whole number .*got "many"/);
  });
});
