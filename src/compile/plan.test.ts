import fc from "fast-check";
import { expect, test } from "vitest";
import { ARENA, CONSTANTS, type Instruction } from "../program/format.ts";
import { Draft, MemoryBuffer } from "./draft.ts";
import { finished, planMemory, readsOf, writesOf } from "./plan.ts";

const at = (buffer: MemoryBuffer) => new Draft(buffer, 0, [1], 0, "float32");
const copy = (from: MemoryBuffer, to: MemoryBuffer): Instruction => {
  return { kind: "copy", shape: [1], input: at(from), out: at(to) };
};

const sizes = fc.array(fc.nat(40), { minLength: 2, maxLength: 14 });
const pairs = fc.array(fc.tuple(fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 20 });

test("buffers that live at the same time do not overlap, and lie aligned inside the slot", () => {
  let reused = 0;
  fc.assert(
    fc.property(sizes, pairs, fc.nat(99), (sizes, pairs, lastingIndex) => {
      const buffers = sizes.map((size) => new MemoryBuffer(ARENA, size));
      const instructions = pairs.map(([a, b]) => copy(buffers[a % buffers.length]!, buffers[b % buffers.length]!));
      const lasting = buffers[lastingIndex % buffers.length]!;
      const total = planMemory(instructions, ARENA, [lasting]);
      const lives = buffers.map((buffer) => {
        const times = instructions.flatMap((i, time) =>
          [...readsOf(i), ...writesOf(i)].some((v) => (v as Draft).buffer === buffer) ? [time] : [],
        );
        return buffer === lasting
          ? { buffer, first: 0, last: Infinity }
          : { buffer, first: Math.min(...times), last: Math.max(...times) };
      });
      for (const [i, a] of lives.entries()) {
        if (a.first === Infinity) continue;
        expect(a.buffer.offset % 16).toBe(0);
        expect(a.buffer.offset + a.buffer.size).toBeLessThanOrEqual(total);
        for (const b of lives.slice(i + 1)) {
          const apart =
            a.buffer.offset + a.buffer.size <= b.buffer.offset || b.buffer.offset + b.buffer.size <= a.buffer.offset;
          const together = a.first <= b.last && b.first <= a.last;
          if (together) expect(apart).toBe(true);
          else if (!apart) reused++;
        }
      }
    }),
    { numRuns: 500, seed: 1 },
  );
  expect(reused).toBeGreaterThan(100);
});

test("a chain takes room for two links, however long it is", () => {
  const buffers = Array.from({ length: 20 }, () => new MemoryBuffer(ARENA, 16));
  const instructions = buffers.slice(1).map((buffer, i) => copy(buffers[i]!, buffer));
  expect(planMemory(instructions, ARENA)).toBe(32);
});

test("what stands for another lives as long as both", () => {
  const [a, b, c, d] = Array.from({ length: 4 }, () => new MemoryBuffer(ARENA, 16)) as [
    MemoryBuffer,
    MemoryBuffer,
    MemoryBuffer,
    MemoryBuffer,
  ];
  c.alias = a;
  expect(planMemory([copy(a, b), copy(b, d), copy(d, c)], ARENA)).toBe(48);
  const [before, after] = [copy(b, a), copy(b, c)].map(finished);
  expect(writesOf(after!)).toEqual(writesOf(before!));
});

test("other slots are left alone", () => {
  const constant = new MemoryBuffer(CONSTANTS, 16);
  constant.offset = 7;
  expect(planMemory([copy(constant, new MemoryBuffer(ARENA, 5))], ARENA)).toBe(16);
  expect(constant.offset).toBe(7);
});

test("a finished instruction is plain data", () => {
  const buffer = new MemoryBuffer(ARENA, 4);
  buffer.offset = 32;
  const input = new Draft(buffer, 3, [2], 5, "int32");
  expect(JSON.parse(JSON.stringify(finished({ kind: "copy", shape: [1], input, out: input } as Instruction)))).toEqual({
    kind: "copy",
    shape: [1],
    input: { slot: ARENA, offset: 35, strides: [2], timeStride: 5, dtype: "int32" },
    out: { slot: ARENA, offset: 35, strides: [2], timeStride: 5, dtype: "int32" },
  });
});
