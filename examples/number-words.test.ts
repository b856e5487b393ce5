import { expect, test } from "vitest";
import { trainNumberWords } from "./number-words.ts";

test("numbers that were not trained on are written in words", async () => {
  const lines: string[] = [];
  const share = await trainNumberWords((line) => lines.push(line));
  expect(share, lines.join("\n")).toBeGreaterThanOrEqual(0.9);
});
