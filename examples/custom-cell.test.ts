import { expect, test } from "vitest";
import { trainCustomCell } from "./custom-cell.ts";

test("a cell of one's own learns to compare two marked numbers", async () => {
  expect(await trainCustomCell()).toBeGreaterThan(0.9);
});
