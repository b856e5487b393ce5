import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { plain, quick, rondo, useDirectory } from "./command.ts";

const { path, write } = useDirectory();
const input = () => write("input.csv", plain);

describe("rondo forecast", () => {
  test("--json prints one document and nothing else, while progress goes to stderr", async () => {
    const args = ["--epochs", "2", "--units", "4", "--window", "6", "--out", "json"];
    const { code, stdout, stderr } = await rondo(["forecast", input(), "--target", "y", "--json", ...args]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ target: "y", rows: 60, horizon: 12, engine: expect.any(String) });
    expect(document.seconds).toBeGreaterThan(0);
    for (const name of ["model", "naive", "seasonalNaive"]) {
      for (const measure of ["mae", "rmse", "smape", "mase"])
        expect(document.metrics[name][measure]).toBeGreaterThan(0);
    }
    expect(document.forecast).toHaveLength(12);
    expect(document.files).toEqual(["json/forecast.csv", "json/report.html"]);
    expect(stderr).toMatch(/^back-test 1\/\d+ .*loss/m);
  });

  test("without it, says the scores, the verdict and where the files are", async () => {
    const { stdout, stderr } = await rondo(["forecast", input(), "--target", "y", ...quick]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^model .*\nnaive .*\nseasonal naive /m);
    expect(stdout).toMatch(/The model (beats|does not beat|only equals) /);
    expect(stdout).toContain("Wrote rondo-forecast/forecast.csv and rondo-forecast/report.html");
    expect(readdirSync(path("rondo-forecast")).sort()).toEqual(["forecast.csv", "report.html"]);
  });

  test("the CSV holds the forecast of the JSON", async () => {
    const { stdout } = await rondo(["forecast", input(), "--target", "y", "--json", "--out", "same", ...quick]);
    const rows = JSON.parse(stdout).forecast.map((point: Record<string, unknown>) => Object.values(point).join(","));
    expect(readFileSync(path("same/forecast.csv"), "utf8")).toBe(`time,mean,lower,upper\n${rows.join("\n")}\n`);
  });

  test("replaces its own earlier files, leaves others, and is the same for the same seed", async () => {
    mkdirSync(path("again"), { recursive: true });
    write("again/forecast.csv", "old");
    write("again/mine.txt", "mine");
    const run = () => rondo(["forecast", input(), "--target", "y", "--out", "again", ...quick]);
    await run();
    const first = readFileSync(path("again/forecast.csv"), "utf8");
    await run();
    expect(first).toMatch(/^time,mean/);
    expect(readFileSync(path("again/forecast.csv"), "utf8")).toBe(first);
    expect(readdirSync(path("again")).sort()).toEqual(["forecast.csv", "mine.txt", "report.html"]);
  });

  test("when one file cannot be written there is none, and one sentence", async () => {
    mkdirSync(path("half/report.html"), { recursive: true });
    const { code, stdout, stderr } = await rondo(["forecast", input(), "--target", "y", "--out", "half", ...quick]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: Expected a directory to write into .*\n$/);
    expect(readdirSync(path("half"))).toEqual(["report.html"]);
  });

  test.each(["lstm", "gru", "simpleRnn"])("trains %s cells, in two layers", async (cell) => {
    const args = ["--cell", cell, "--layers", "2", "--json", "--out", cell, ...quick];
    const { code, stdout } = await rondo(["forecast", input(), "--target", "y", ...args]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).settings).toMatchObject({ cell, layers: 2, units: 4 });
  });

  test("a column with a hostile name does no harm", async () => {
    const name = `</script><script>alert(1)</script>`;
    const file = write("hostile.csv", plain.replace("y", `"${name}"`));
    const { code } = await rondo(["forecast", file, "--target", name, "--out", "hostile", ...quick]);
    expect(code).toBe(0);
    expect(readFileSync(path("hostile/report.html"), "utf8").includes("<script>alert")).toBe(false);
  });
});

describe("an interruption", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s during training is said, ends with %i, and leaves nothing", async (signal, expected) => {
    const out = `stopped-${signal}`;
    const long = write(
      "long.csv",
      ["y", ...Array.from({ length: 1500 }, (_, n) => Math.sin(n / 9) + (n % 7))].join("\n"),
    );
    const args = ["--json", "--out", out, "--units", "96"];
    let sent = false;
    const { code, stdout, stderr } = await rondo(["forecast", long, "--target", "y", ...args], (text, kill) => {
      if (!sent && text.includes("back-test")) kill(signal);
      sent ||= text.includes("back-test");
    });
    expect(code).toBe(expected);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^Stopped: training was interrupted and nothing was written\.$/m);
    expect(existsSync(path(out))).toBe(false);
  });
});
