import { expect, test } from "vitest";
import { readDocuments } from "./documents.ts";

test("documents are read sentence by sentence, and sentences word by word", async () => {
  expect(await readDocuments()).toBeGreaterThan(0.9);
});
