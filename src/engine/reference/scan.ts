/** Time: runs the instructions of a scan once per time index, one block of rows after another. */
import { SCRATCH, type ScanInstruction, type SimpleInstruction } from "../../program/format.ts";
import { runInstruction } from "./instructions.ts";
import type { Frame, Slot } from "./memory.ts";

export function runScan(scan: ScanInstruction, slots: readonly Slot[]): void {
  const { rows: total, blockRows, rowwise } = scan;
  if (!rowwise) runBlock(scan, { slots, time: 0 });
  for (let start = 0; rowwise && start < total; start += blockRows) {
    runBlock(scan, { slots, time: 0, block: { start, rows: Math.min(blockRows, total - start), total } });
  }
}

function runBlock(scan: ScanInstruction, frame: Frame): void {
  // Scratch belongs to the block: nothing may be read that the block has not written.
  frame.slots[SCRATCH]!.values.fill(Number.NaN);
  const run = (instructions: readonly SimpleInstruction[], time: number): void => {
    for (const instruction of instructions) runInstruction(instruction, { ...frame, time });
  };
  run(scan.before, 0);
  for (let step = 0; step < scan.steps; step++) run(scan.body, scan.reverse ? scan.steps - 1 - step : step);
  run(scan.after, 0);
}
