import { cells } from "rondo";
import { describe, expect, test } from "vitest";
import { rondo, useDirectory } from "./command.ts";

useDirectory();

describe("rondo cells", () => {
  test("prints one document with all cells", async () => {
    const { code, stdout } = await rondo(["cells", "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.map(({ name }: { name: string }) => name)).toEqual(cells.map(({ name }) => name));
    expect(document.find(({ name }: { name: string }) => name === "gruD")).toMatchObject({
      state: { h: 64, last: 8, since: 8 },
      gates: ["update", "reset", "candidate"],
      furtherInputs: { gap: 1 },
      weights: { kernel: [8, 192], recurrentKernel: [64, 192] },
      options: { activation: "tanh", useBias: true },
    });
  });

  test("is a page for people, with where equations come from", async () => {
    const { code, stdout } = await rondo(["cells"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^lstm\n {2}from {6}Hochreiter & Schmidhuber 1997/m);
    expect(stdout).toContain("beside x  gap 1");
    for (const { name } of cells) expect(stdout).toMatch(new RegExp(`^${name}$`, "m"));
  });
});
