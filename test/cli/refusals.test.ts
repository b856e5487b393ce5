import { mkdirSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { months, plain, rondo, useDirectory } from "./command.ts";

const { path, write } = useDirectory();

/** Runs the command, which must fail with one sentence, no output, and no file. */
async function refusal(args: string[], code = 1): Promise<string> {
  const outcome = await rondo(["forecast", ...args, "--out", "refused", "--json"]);
  expect(outcome).toMatchObject({ code, stdout: "" });
  expect(readdirSync(path(".")).filter((name) => name.startsWith("refused"))).toEqual([]);
  const lines = outcome.stderr.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^error: /);
  return outcome.stderr;
}

const binary = Uint8Array.from({ length: 3000 }, (_, n) => (n * n * 31 + 7) % 256);

describe("files that cannot be forecast are refused with one sentence", () => {
  test.each<[string, string | Uint8Array, string[], RegExp]>([
    ["an empty file", "", [], /got an empty file/],
    ["a header alone", "date,y\n", [], /Expected rows below the header, got none/],
    ["a short file", plain.split("\n").slice(0, 9).join("\n"), [], /at least 13 values .*, got 8: use a longer series/],
    ["binary data", binary, [], /got binary data/],
    ["an archive", gzipSync(plain), [], /got a gzip archive/],
    ["JSON", '[{"date": "2020-01", "y": 1}]', [], /got a JSON document/],
    ["HTML", "<!doctype html><p>date,y</p>", [], /got an HTML or XML document/],
    ["prose", "To be, or not to be,\nthat is the question.\n", [], /got "y": choose one of "To be"/],
    ["an unknown column", plain, ["--target", "z"], /got "z": choose one of "date", "y"/],
    ["an unknown time column", plain, ["--time", "z"], /the time column to name a column of the file, got "z"/],
    ["the target as time", plain, ["--time", "y"], /two columns, got "y" for both/],
    ["two columns of that name", plain.replace("date,y", "y,y"), [], /got 2 \(columns 1 and 2\)/],
    [
      "text",
      "date,y\n2020-01,rain\n2020-02,sun\n2020-03,fog",
      [],
      /to hold numbers, got "rain" and the like in 3 of 3 rows/,
    ],
    ["nothing but gaps", `date,y\n${months.map((_, n) => `${n},`).join("\n")}`, [], /got only empty cells/],
    [
      "one time",
      `date,y\n${months.map((_, n) => `2020-01-01,${n}`).join("\n")}`,
      [],
      /at least 2 different times, got 1/,
    ],
    [
      "times that are none",
      `date,y\n${months.map((_, n) => `noon,${n}`).join("\n")}`,
      ["--time", "date"],
      /got "noon" and the like/,
    ],
    ["too many cells", plain.replace(/,(\d)/g, ",0,$1"), [], /Expected 2 cells in every row, .*got 3 in 60 of 60 rows/],
    [
      "an open quote",
      plain.replace("2020-05", '"2020-05'),
      [],
      /every quoted cell to end with a quote .* close or double/,
    ],
    ["a horizon beyond the data", plain, ["--horizon", "1000"], /a horizon of at most 16 .*, got 1000/],
    ["a season beyond the data", plain, ["--season", "31"], /a season of at most 30/],
    ["a window beyond the data", plain, ["--window", "59"], /a window of at most/],
  ])("%s", async (_, content, options, message) => {
    const file = write("input.csv", content);
    expect(await refusal([file, "--target", "y", ...options])).toMatch(message);
  });

  test("what is no file", async () => {
    mkdirSync(path("folder.csv"), { recursive: true });
    expect(await refusal(["folder.csv", "--target", "y"])).toMatch(/got a directory: name a file inside it/);
    expect(await refusal(["none.csv", "--target", "y"])).toMatch(/"none.csv", got no such file: check the path/);
    expect(await refusal(["/dev/null", "--target", "y"])).toMatch(/no ordinary file/);
  });

  test("a result that would replace the input", async () => {
    mkdirSync(path("mine"), { recursive: true });
    write("mine/forecast.csv", plain);
    const { code, stderr } = await rondo(["forecast", "mine/forecast.csv", "--target", "y", "--out", "mine"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Expected an input file that is not one of the results, got .*--out\.\n$/);
  });

  test.each([
    ["a file in the way", "input.csv"],
    ["a file on the way", "input.csv/inside"],
    ["nowhere", "/proc/rondo"],
  ])("an output directory that is %s, before any training", async (_, out) => {
    const file = write("input.csv", plain);
    const { code, stdout, stderr } = await rondo([
      "forecast",
      file,
      "--target",
      "y",
      "--out",
      out,
      "--epochs",
      "100000",
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: Expected a directory to write into at .*: choose another one with --out\.\n$/);
  });
});

describe("a command line that makes no sense ends with 2", () => {
  test.each([
    [[], /required option '--target <column>' not specified/],
    [["--target", "y"], /missing required argument 'file'/],
    [["x.csv"], /required option '--target <column>' not specified/],
    [["x.csv", "--target", "y", "--horizon", "0"], /whole number of at least 1, got "0"/],
    [["x.csv", "--target", "y", "--horizon", "1.5"], /got "1.5"/],
    [["x.csv", "--target", "y", "--units", "many"], /got "many"/],
    [["x.csv", "--target", "y", "--seed", "-1"], /got "-1"/],
    [["x.csv", "--target", "y", "--cell", "elman"], /Allowed choices are .*lstm/],
    [["x.csv", "--target", "y", "--colour", "red"], /unknown option '--colour'/],
    [["x.csv", "y.csv", "--target", "y"], /too many arguments/],
  ])("%j", async (args, message) => {
    expect(await refusal(args, 2)).toMatch(message);
  });

  test("an unknown command", async () => {
    const { code, stderr } = await rondo(["frobnicate"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown command 'frobnicate'/);
  });

  test("help and version are no mistakes", async () => {
    expect(await rondo(["--version"])).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const help = await rondo(["forecast", "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const option of [
      "target",
      "time",
      "horizon",
      "season",
      "cell",
      "units",
      "layers",
      "window",
      "epochs",
      "seed",
      "out",
    ]) {
      expect(help.stdout).toContain(`--${option} <`);
    }
  });
});
