import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requireWritable, writeFiles } from "./write-files.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rondo-write-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const files = { "a.csv": "new a", "b.html": "new b" };
const read = (name: string) => readFileSync(join(directory, name), "utf8");

describe("writeFiles", () => {
  test("makes directories, replaces what is there, and leaves nothing else", () => {
    const deep = join(directory, "x", "y");
    expect(writeFiles(deep, files)).toEqual([join(deep, "a.csv"), join(deep, "b.html")]);
    writeFiles(deep, { ...files, "a.csv": "newer a" });
    expect(readdirSync(deep).sort()).toEqual(["a.csv", "b.html"]);
    expect(read("x/y/a.csv")).toBe("newer a");
  });

  test("when one file cannot be written, all stay as they were", () => {
    writeFileSync(join(directory, "a.csv"), "old a");
    mkdirSync(join(directory, "b.html"));
    expect(() => writeFiles(directory, files)).toThrow(
      /^Expected a directory to write into at .*, got a directory where a result file should go: choose another one with --out\.$/,
    );
    expect(read("a.csv")).toBe("old a");
    expect(readdirSync(directory).sort()).toEqual(["a.csv", "b.html"]);
  });

  test("a file that was not there before is gone after a failure", () => {
    mkdirSync(join(directory, "b.html"));
    expect(() => writeFiles(directory, files)).toThrow();
    expect(readdirSync(directory)).toEqual(["b.html"]);
  });
});

describe("requireWritable", () => {
  test("leaves no trace where it is possible", () => {
    requireWritable(join(directory, "x", "y"));
    requireWritable(directory);
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([
    ["a file on the way", () => join(directory, "file", "inside")],
    ["a file of that name", () => join(directory, "file")],
  ])("refuses %s", (_, place) => {
    writeFileSync(join(directory, "file"), "");
    expect(() => requireWritable(place())).toThrow(/a file of that name or on the way to it: choose another one/);
  });

  test.skipIf(!existsSync("/proc/self"))("refuses a place where nothing can be made", () => {
    expect(() => requireWritable("/proc/rondo/out")).toThrow(/^Expected a directory to write into .*--out\.$/);
  });
});
