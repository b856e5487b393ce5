import { mkdtemp, readdir, rm, writeFile as write } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { FormatError, StateError } from "../errors.ts";
import { readFile, writeFile } from "./files.ts";

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rondo-"));
  try {
    await action(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a file is replaced as a whole, and nothing else is left", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a");
    await write(path, "old and longer");
    await writeFile(path, Uint8Array.of(1, 2, 3));
    expect(Array.from(await readFile(path))).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual(["a"]);
  }));

test("what cannot be written or read says where", () =>
  inFolder(async (folder) => {
    await expect(writeFile(join(folder, "no", "a"), Uint8Array.of(1))).rejects.toThrow(/no\/a/);
    await expect(readFile(join(folder, "a"))).rejects.toThrow(FormatError);
    await expect(writeFile(folder, Uint8Array.of(1))).rejects.toThrow(FormatError);
    expect(await readdir(folder)).toEqual([]);
  }));

test("where there are no files, the error names the way out", async () => {
  vi.stubGlobal("process", undefined);
  try {
    const error = await readFile("a").catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(StateError);
    expect(String(error)).toContain("fromBytes()");
  } finally {
    vi.unstubAllGlobals();
  }
});
