import { expect, test } from "vitest";
import { compareModes } from "./multi-modal.ts";

test("readings, notes and facts together say more than without the notes", async () => {
  const lines: string[] = [];
  const { everything, withoutNote } = await compareModes((line) => lines.push(line));
  expect(everything.fault_accuracy, lines.join("\n")).toBeGreaterThan(0.85);
  expect(everything.fault_accuracy).toBeGreaterThan(withoutNote.fault_accuracy! + 0.2);
  expect(everything.life_loss).toBeLessThan(withoutNote.life_loss);
  expect(lines).toHaveLength(3);
});
