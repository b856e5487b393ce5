/** Time: runs the instructions of a scan once per time index, one block of rows after another. */
import {
  type Idle,
  type Instruction,
  SCRATCH,
  type ScanInstruction,
  type SimpleInstruction,
} from "../../program/format.ts";
import { runInstruction } from "./instructions.ts";
import { type Block, type Frame, load, locate, type Slot } from "./memory.ts";

/** Runs instructions one after another at one time index of the loop that holds them. */
export function runAll(instructions: readonly Instruction[], slots: readonly Slot[], time: number): void {
  for (const instruction of instructions) {
    if (instruction.kind === "scan") runScan(instruction, slots);
    else if (instruction.kind === "loop") {
      const { steps, reverse, body } = instruction;
      for (let step = 0; step < steps; step++) runAll(body, slots, reverse ? steps - 1 - step : step);
    } else runInstruction(instruction, { slots, time });
  }
}

function runScan(scan: ScanInstruction, slots: readonly Slot[]): void {
  const { rows: total, blockRows, rowwise } = scan;
  if (!rowwise) runBlock(scan, { slots, time: 0 });
  for (let start = 0; rowwise && start < total; start += blockRows) {
    runBlock(scan, { slots, time: 0, block: { start, skipped: 0, rows: Math.min(blockRows, total - start), total } });
  }
}

function runBlock(scan: ScanInstruction, frame: Frame): void {
  // Scratch belongs to the block: nothing may be read that the block has not written.
  frame.slots[SCRATCH]!.values.fill(Number.NaN);
  const run = (instructions: readonly SimpleInstruction[], now: Frame): void => {
    for (const instruction of instructions) runInstruction(instruction, now);
  };
  run(scan.before, frame);
  for (let step = 0; step < scan.steps; step++) {
    const now = { ...frame, time: scan.reverse ? scan.steps - 1 - step : step };
    if (scan.idle === undefined) run(scan.body, now);
    else for (const { rows, counts } of parts(scan.idle, now)) run(counts ? scan.body : scan.idle.body, rows);
  }
  run(scan.after, frame);
}

/** The rows of a block in three parts, those that are not empty: up to the first that counts, to the last, and the rest. */
function parts({ mask }: Idle, frame: Frame): { readonly rows: Frame; readonly counts: boolean }[] {
  const { start, rows, total } = frame.block!;
  const values = load(locate(mask, [rows], frame, true));
  const end = values.findLastIndex((value) => value !== 0) + 1;
  const first = end === 0 ? 0 : values.findIndex((value) => value !== 0);
  const cut = (from: number, to: number): Block => ({ start: start + from, skipped: from, rows: to - from, total });
  return [
    { rows: { ...frame, block: cut(0, first) }, counts: false },
    { rows: { ...frame, block: cut(first, end) }, counts: true },
    { rows: { ...frame, block: cut(end, rows) }, counts: false },
  ].filter((part) => part.rows.block.rows > 0);
}
