import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StateError } from "../../errors.ts";
import { LinearMemory } from "./memory.ts";

const memoryOf = (maximum: number) => new WebAssembly.Memory({ initial: 1, maximum });

describe("LinearMemory", () => {
  test("blocks lie apart, aligned, with room to read past their end, whatever is given back", () => {
    const actions = fc.array(fc.record({ length: fc.nat(3000), release: fc.nat(), releases: fc.boolean() }));
    fc.assert(
      fc.property(actions, (list) => {
        const host = memoryOf(1000);
        const memory = new LinearMemory(host, 100);
        const held: { address: number; end: number }[] = [];
        for (const { length, release, releases } of list) {
          if (releases && held.length > 0) memory.release(held.splice(release % held.length, 1)[0]!.address);
          const address = memory.allocate(length);
          const end = address + length * 4 + 64;
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThanOrEqual(100);
          expect(end).toBeLessThanOrEqual(host.buffer.byteLength);
          for (const other of held) expect(end <= other.address || address >= other.end).toBe(true);
          held.push({ address, end });
        }
      }),
    );
  });

  test("uses what was given back before it grows", () => {
    const host = memoryOf(1000);
    const memory = new LinearMemory(host, 0);
    const blocks = [10_000, 20_000, 30_000].map((length) => memory.allocate(length));
    const bytes = host.buffer.byteLength;
    for (const block of [blocks[2]!, blocks[0]!, blocks[1]!]) memory.release(block);
    expect(memory.allocate(60_000)).toBe(blocks[0]);
    expect(host.buffer.byteLength).toBe(bytes);
  });

  test("gives views of the memory as it is after growing", () => {
    const memory = new LinearMemory(memoryOf(1000), 0);
    const address = memory.allocate(4);
    memory.view("float32", address, 1)[0] = 7;
    memory.allocate(1_000_000);
    expect(memory.view("float32", address, 1)[0]).toBe(7);
    memory.view("int32", address, 1)[0] = 3;
    expect(memory.view("int32", address, 1)[0]).toBe(3);
  });

  test("says so when the host gives no more, and can still be used", () => {
    const memory = new LinearMemory(memoryOf(10), 0);
    expect(() => memory.allocate(1_000_000)).toThrow(StateError);
    expect(() => memory.allocate(1_000_000)).toThrow(/got 1 MB and no more from the host: use a smaller batch/);
    expect(() => memory.allocate(2_000_000_000)).toThrow(/at most 4096 MB/);
    expect(() => memory.allocate(100_000)).not.toThrow();
  });
});
