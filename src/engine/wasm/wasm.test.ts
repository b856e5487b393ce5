import { describe, expect, test } from "vitest";
import { FormatError, OptionError, ShapeError, StateError } from "../../errors.ts";
import { ARENA, FIRST_BINDING, type Program, SCRATCH, type View } from "../../program/format.ts";
import { supports } from "./instance.ts";
import { wasmEngine } from "./wasm.ts";

const view = (slot: number, dtype: View["dtype"] = "float32"): View => ({
  slot,
  offset: 0,
  strides: [1],
  timeStride: 0,
  dtype,
});

/** Adds the constants 1, 2, 3, … to binding x, through the arena and a scan's scratch, and gives y. */
function addition(size: number): Program {
  const copy = (from: View, to: View) => ({ kind: "copy", shape: [size], input: from, out: to }) as const;
  return {
    arenaSize: size,
    constantsSize: size,
    scratchSize: size,
    constants: [{ offset: 0, dtype: "float32", values: Array.from({ length: size }, (_, index) => index + 1) }],
    bindings: [
      { name: "x", role: "input", shape: [size], dtype: "float32" },
      { name: "y", role: "output", shape: [size], dtype: "float32" },
    ],
    instructions: [
      {
        kind: "map",
        shape: [size],
        inputs: [view(FIRST_BINDING), view(1)],
        steps: [
          {
            op: "add",
            operands: [
              { kind: "input", index: 0 },
              { kind: "input", index: 1 },
            ],
          },
        ],
        outputs: [{ view: view(ARENA), from: { kind: "value", index: 0 } }],
      },
      {
        kind: "scan",
        steps: 1,
        rows: size,
        blockRows: size,
        rowwise: true,
        reverse: false,
        before: [copy(view(ARENA), view(SCRATCH))],
        body: [],
        after: [copy(view(SCRATCH), view(FIRST_BINDING + 1))],
      },
    ],
  };
}

describe("wasmEngine", () => {
  test("names itself, its build and its threads", async () => {
    const one = await wasmEngine({ build: "simd", threads: 1 });
    expect(one).toMatchObject({ name: "wasm", detail: "SIMD 128, 1 thread" });
    const { detail } = await wasmEngine({ threads: 3 });
    expect(detail).toBe(`${supports("relaxed") ? "relaxed SIMD" : "SIMD 128"}, 3 threads`);
  });

  test("refuses unknown options and a build that the host cannot run", async () => {
    await expect(wasmEngine({ biuld: "simd" } as object)).rejects.toThrow(OptionError);
    await expect(wasmEngine({ build: "sse" as "simd" })).rejects.toThrow(OptionError);
    await expect(wasmEngine({ threads: 0 })).rejects.toThrow(OptionError);
    await expect(wasmEngine({ threads: 257 })).rejects.toThrow("at most 256 `threads`, got 257");
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    try {
      await expect(wasmEngine()).rejects.toThrow(StateError);
      await expect(wasmEngine()).rejects.toThrow(/use the reference engine/);
    } finally {
      WebAssembly.validate = validate;
    }
  });

  test("programs of any size share an arena, and memory may grow between their runs", async () => {
    const engine = await wasmEngine();
    const prepared = [5, 300_000, 17, 3_000_000].map((size) => {
      const buffers = [engine.allocate(size, "float32"), engine.allocate(size, "float32")] as const;
      buffers[0].write(new Float32Array(size).fill(0.5));
      return { size, buffers, executable: engine.load(addition(size)) };
    });
    for (const { size, buffers, executable } of [...prepared, ...prepared]) {
      executable.run(buffers);
      const y = buffers[1].read();
      expect([y[0], y[1], y[size - 1]]).toEqual([1.5, 2.5, Math.fround(size + 0.5)]);
    }
  });

  test("a program runs with the buffers that it is given, in turns", async () => {
    const engine = await wasmEngine();
    const executable = engine.load(addition(4));
    const pairs = [1, 10].map((value) => {
      const buffers = [engine.allocate(4, "float32"), engine.allocate(4, "float32")] as const;
      buffers[0].write(new Float32Array(4).fill(value));
      return buffers;
    });
    for (const buffers of [...pairs, pairs[0]!]) {
      buffers[1].write(new Float32Array(4));
      executable.run(buffers);
      const first = buffers[0].read()[0]!;
      expect(buffers[1].read()).toEqual(Float32Array.of(first + 1, first + 2, first + 3, first + 4));
    }
  });

  test("buffers begin with zeros and are written in parts", async () => {
    const engine = await wasmEngine();
    const buffer = engine.allocate(5, "int32");
    buffer.write([7, -8], 2);
    expect(buffer.read()).toEqual(Int32Array.of(0, 0, 7, -8, 0));
    expect(() => buffer.write([1, 2], 4)).toThrow(ShapeError);
    expect(() => engine.allocate(1.5, "float32")).toThrow(OptionError);
    expect(engine.allocate(0, "float32").read()).toEqual(new Float32Array(0));
  });

  test("throws on bindings of the wrong number, length, dtype or engine", async () => {
    const engine = await wasmEngine();
    const other = await wasmEngine();
    const executable = engine.load(addition(4));
    const x = engine.allocate(4, "float32");
    expect(() => executable.run([x])).toThrow(ShapeError);
    expect(() => executable.run([x, engine.allocate(3, "float32")])).toThrow(/y float32 \[4\], got 3 of float32/);
    expect(() => executable.run([x, engine.allocate(4, "int32")])).toThrow(/got 4 of int32/);
    expect(() => executable.run([x, other.allocate(4, "float32")])).toThrow(/got another engine's/);
  });

  test("does not load a program that leaves its memory", async () => {
    const engine = await wasmEngine();
    expect(() => engine.load({ ...addition(4), arenaSize: 3 })).toThrow(FormatError);
  });

  test("says so when a program needs more than 4 GiB", async () => {
    const engine = await wasmEngine();
    expect(() => engine.load({ ...addition(4), arenaSize: 1.2e9 })).toThrow(StateError);
    expect(() => engine.allocate(1.2e9, "float32")).toThrow(StateError);
    expect(() => engine.load(addition(4))).not.toThrow();
  });
});
