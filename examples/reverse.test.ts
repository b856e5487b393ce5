import { expect, test } from "vitest";
import { trainReverse } from "./reverse.ts";

test("digits are written in reverse", async () => {
  const lines: string[] = [];
  const share = await trainReverse((line) => lines.push(line));
  expect(share, lines.join("\n")).toBeGreaterThanOrEqual(0.9);
});
