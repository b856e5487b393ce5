import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTextFile } from "./read-file.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "rondo-read-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const file = (content: string | Uint8Array) => {
  const path = join(directory, "file.csv");
  writeFileSync(path, content);
  return path;
};

describe("readTextFile", () => {
  test("reads UTF-8, UTF-16 both ways, and Windows-1252 with a note", () => {
    expect(readTextFile(file("é,1\n"))).toEqual({ text: "é,1\n", notes: [] });
    const little = Buffer.from("\ufeffé,1\n", "utf16le");
    expect(readTextFile(file(little)).text).toBe("é,1\n");
    expect(readTextFile(file(Buffer.from(little).swap16())).text).toBe("é,1\n");
    const latin = readTextFile(file(Buffer.from("é,1\n", "latin1")));
    expect(latin.text).toBe("é,1\n");
    expect(latin.notes.join()).toMatch(/Windows-1252/);
  });

  test.each([
    ["", /got an empty file/],
    [" \n\n", /got only blanks/],
    [Uint8Array.from({ length: 4000 }, (_, n) => (n * 7919) % 256), /got binary data/],
    [Buffer.from(`t,y\n${"\0".repeat(99)}`), /got binary data/],
    [gzipSync("t,y\n1,2"), /got a gzip archive: save the table as CSV first/],
    ["PK\u0003\u0004 and so on", /got an Excel workbook or ZIP archive/],
    ['[{"y": 1}]', /got a JSON document/],
    ["<!DOCTYPE html><p>", /got an HTML or XML document/],
  ])("refuses %j", (content, message) => {
    expect(() => readTextFile(file(content as string))).toThrow(message);
  });

  test("refuses what is no file", () => {
    mkdirSync(join(directory, "folder"), { recursive: true });
    expect(() => readTextFile(join(directory, "folder"))).toThrow(/got a directory: name a file inside it/);
    expect(() => readTextFile(join(directory, "none.csv"))).toThrow(/none\.csv", got no such file: check the path\.$/);
    expect(() => readTextFile(join(file("x"), "inside"))).toThrow(/got no such file/);
    expect(() => readTextFile("/dev/null")).toThrow(/no ordinary file/);
  });
});
