import { expect, test } from "vitest";
import { compareScales } from "./time-scales.ts";

test("hours and days together forecast better than either alone", async () => {
  const lines: string[] = [];
  const { both, fine, coarse } = await compareScales((line) => lines.push(line));
  expect(both, lines.join("\n")).toBeLessThan(fine);
  expect(both).toBeLessThan(coarse);
});
