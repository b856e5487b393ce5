import { expect, test } from "vitest";
import { rareOps } from "./rare-ops.ts";
import { rareNames } from "./rarity.ts";

test("the graphs that load what rare ops ask for are those that hold one", () => {
  // Constants are no work: they are placed before everything else.
  expect([...rareNames].sort()).toEqual([...Object.keys(rareOps), "constant"].sort());
});
