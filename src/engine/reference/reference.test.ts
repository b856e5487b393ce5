import { describe, expect, test } from "vitest";
import { FormatError, ShapeError } from "../../errors.ts";
import { type DType, sizeOf } from "../../graph/tensor.ts";
import {
  ARENA,
  type Binding,
  CONSTANTS,
  FIRST_BINDING,
  type Instruction,
  type Program,
  packedSize,
  SCRATCH,
  type ScanInstruction,
  type SimpleInstruction,
  type View,
} from "../../program/format.ts";
import { uniform } from "./philox.ts";
import { referenceEngine } from "./reference.ts";

interface Given {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly role?: Binding["role"];
  readonly values?: readonly number[];
}

/** Runs instructions over bindings (output unless `values` are given) and returns the contents of each afterwards. */
function run(instructions: readonly Instruction[], given: readonly Given[], sizes: Partial<Program> = {}): number[][] {
  const engine = referenceEngine();
  const bindings = given.map(({ shape, dtype = "float32", values, role = values ? "input" : "output" }, index) => {
    return { name: `b${index}`, role, shape, dtype } satisfies Binding;
  });
  const empty = { arenaSize: 0, constantsSize: 0, scratchSize: 0, constants: [] };
  const executable = engine.load({ ...empty, ...sizes, bindings, instructions });
  const buffers = given.map(({ shape, dtype = "float32", values }) => {
    const buffer = engine.allocate(sizeOf(shape), dtype);
    if (values) buffer.write(values);
    return buffer;
  });
  executable.run(buffers);
  return buffers.map((buffer) => Array.from(buffer.read()));
}

function view(slot: number, strides: readonly number[], rest: Partial<View> = {}): View {
  return { slot, offset: 0, timeStride: 0, dtype: "float32", strides, ...rest };
}

const bound = (index: number, strides: readonly number[], rest: Partial<View> = {}): View =>
  view(FIRST_BINDING + index, strides, rest);

const copy = (shape: readonly number[], input: View, out: View): SimpleInstruction => ({
  kind: "copy",
  shape,
  input,
  out,
});

const input = (index: number) => ({ kind: "input", index }) as const;
const value = (index: number) => ({ kind: "value", index }) as const;

describe("map", () => {
  test("runs a chain with broadcasting, a number, and several outputs", () => {
    const [, , sums, squares] = run(
      [
        {
          kind: "map",
          shape: [2, 3],
          inputs: [bound(0, [3, 1]), bound(1, [0, 1])],
          steps: [
            { op: "add", operands: [input(0), input(1)] },
            { op: "mul", operands: [value(0), { kind: "number", value: 2 }] },
          ],
          outputs: [
            { view: bound(2, [3, 1]), from: value(0) },
            { view: bound(3, [1, 2]), from: value(1) },
          ],
        },
      ],
      [
        { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
        { shape: [3], values: [10, 20, 30] },
        { shape: [2, 3] },
        { shape: [3, 2] },
      ],
    );
    expect(sums).toEqual([11, 22, 33, 14, 25, 36]);
    expect(squares).toEqual([22, 28, 44, 50, 66, 72]);
  });

  test("compares and selects, with 0 for NaN", () => {
    const [, , less, picked] = run(
      [
        {
          kind: "map",
          shape: [4],
          inputs: [bound(0, [1]), bound(1, [1])],
          steps: [
            { op: "less", operands: [input(0), input(1)] },
            { op: "select", operands: [value(0), input(0), input(1)] },
          ],
          outputs: [
            { view: bound(2, [1]), from: value(0) },
            { view: bound(3, [1]), from: value(1) },
          ],
        },
      ],
      [
        { shape: [4], values: [1, 2, 3, Number.NaN] },
        { shape: [4], values: [2, 2, 2, 5] },
        { shape: [4] },
        { shape: [4] },
      ],
    );
    expect(less).toEqual([1, 0, 0, 0]);
    expect(picked).toEqual([1, 2, 2, 5]);
  });

  test("may store in the very place it reads, and nowhere else that it reads", () => {
    const negate = (out: View): Instruction => ({
      kind: "map",
      shape: [3],
      inputs: [bound(0, [1])],
      steps: [{ op: "neg", operands: [input(0)] }],
      outputs: [{ view: out, from: value(0) }],
    });
    const variable: Given = { shape: [4], role: "variable", values: [1, 2, 3, 4] };
    expect(run([negate(bound(0, [1]))], [variable])).toEqual([[-1, -2, -3, 4]]);
    expect(() => run([negate(bound(0, [1], { offset: 1 }))], [variable])).toThrow(
      /apart from what the instruction reads/,
    );
  });
});

describe("matmul", () => {
  const a: Given = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
  const b: Given = { shape: [3, 2], values: [1, 0, 2, 1, 0, 3] };
  const plain = { kind: "matmul", shape: [2, 2], k: 3, packed: false } as const;

  test("multiplies matrices", () => {
    const product = { ...plain, a: bound(0, [3, 1]), b: bound(1, [2, 1]), out: bound(2, [2, 1]) };
    expect(run([product], [a, b, { shape: [2, 2] }])[2]).toEqual([5, 11, 14, 23]);
  });

  test("multiplies a transposed operand and adds to what is there, or to what lies elsewhere", () => {
    // aᵀ·a, of shape [3, 3], with rows 2 and 3 elements apart, added to ones.
    const out: Given = { shape: [3, 3], role: "variable", values: new Array(9).fill(1) };
    const product = { ...plain, shape: [3, 3], k: 2, a: bound(0, [1, 3]), b: bound(0, [3, 1]) };
    const place = bound(1, [3, 1]);
    const [, sum] = run([{ ...product, out: place, added: place }], [a, out]);
    expect(sum).toEqual([18, 23, 28, 23, 30, 37, 28, 37, 46]);
    const row: Given = { shape: [3], values: [1, 2, 3] };
    const [, , rowSum] = run([{ ...product, out: bound(2, [3, 1]), added: bound(1, [0, 1]) }], [a, row, out]);
    expect(rowSum).toEqual([18, 24, 30, 23, 31, 39, 28, 38, 48]);
  });

  test("multiplies batches, one operand shared", () => {
    const batched = {
      ...plain,
      shape: [2, 1, 2],
      a: bound(0, [3, 3, 1]),
      b: bound(1, [0, 2, 1]),
      out: bound(2, [2, 2, 1]),
    };
    expect(run([batched], [a, b, { shape: [2, 2] }])[2]).toEqual([5, 11, 14, 23]);
  });

  test("multiplies by a packed operand", () => {
    const arena = view(ARENA, []);
    const instructions: Instruction[] = [
      { kind: "pack", shape: [3, 2], input: bound(1, [2, 1]), out: arena },
      { ...plain, packed: true, a: bound(0, [3, 1]), b: arena, out: bound(2, [2, 1]) },
    ];
    const given = [a, b, { shape: [2, 2] }];
    expect(run(instructions, given, { arenaSize: packedSize(3, 2) })[2]).toEqual([5, 11, 14, 23]);
    expect(() => run(instructions, given, { arenaSize: packedSize(3, 2) - 1 })).toThrow(FormatError);
  });

  test("adds a second product, and sums up the columns of the right operand", () => {
    const arena = view(ARENA, []);
    const also = { k: 2, a: bound(0, [3, 1]), b: arena };
    const instructions: Instruction[] = [
      { kind: "pack", shape: [3, 2], input: bound(1, [2, 1]), out: arena },
      { ...plain, packed: true, a: bound(0, [3, 1]), b: arena, out: bound(2, [2, 1]), also },
    ];
    // The second multiplies the first two columns of a by the first two rows of b.
    const twice = run(instructions, [a, b, { shape: [2, 2] }], { arenaSize: packedSize(3, 2) })[2];
    expect(twice).toEqual([5 + 5, 11 + 2, 14 + 14, 23 + 5]);
    const product = { ...plain, a: bound(0, [3, 1]), b: bound(1, [2, 1]), out: bound(2, [2, 1]) };
    const given = [a, b, { shape: [2, 2] }, { shape: [2] }];
    expect(run([{ ...product, columnSums: bound(3, [1]) }], given).slice(2)).toEqual([
      [5, 11, 14, 23],
      [3, 4],
    ]);
  });
});

describe("reduce", () => {
  const x: Given = { shape: [2, 3], values: [1, 5, 5, -1, -2, -3] };
  const overColumns = { kind: "reduce", shape: [2], reduced: [3], input: bound(0, [3, 1]), accumulate: false } as const;

  test.each([
    ["sum", [11, -6]],
    ["max", [5, -1]],
    ["argmax", [1, 0]],
  ] as const)("%s over the last axis", (fold, expected) => {
    const dtype = fold === "argmax" ? "int32" : "float32";
    expect(run([{ ...overColumns, fold, out: bound(1, [1], { dtype }) }], [x, { shape: [2], dtype }])[1]).toEqual(
      expected,
    );
  });

  test("sums over the first axis, from the end, and accumulates", () => {
    const overRows: Instruction = {
      ...{ kind: "reduce", fold: "sum", shape: [3], reduced: [2], accumulate: true },
      input: bound(0, [-1, 3], { offset: 2 }),
      out: bound(1, [1]),
    };
    expect(run([overRows], [x, { shape: [3], role: "variable", values: [100, 200, 300] }])[1]).toEqual([102, 203, 300]);
  });

  test("folds no elements to 0 and −∞", () => {
    const none = { ...overColumns, reduced: [0] };
    const result = run(
      [
        { ...none, fold: "sum", out: bound(1, [1]) },
        { ...none, fold: "max", out: bound(2, [1]) },
      ],
      [x, { shape: [2] }, { shape: [2] }],
    );
    expect(result.slice(1)).toEqual([
      [0, 0],
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ]);
  });
});

describe("gather and scatterAdd", () => {
  const indices: Given = { shape: [4], dtype: "int32", values: [2, 0, 2, 3] };
  const rowIndices = bound(1, [1, 0], { dtype: "int32" });

  test("gather picks rows, NaN outside the table", () => {
    const table: Given = { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] };
    const [, , rows] = run(
      [{ kind: "gather", shape: [4, 2], rows: 3, table: bound(0, [2, 1]), indices: rowIndices, out: bound(2, [2, 1]) }],
      [table, indices, { shape: [4, 2] }],
    );
    expect(rows).toEqual([5, 6, 1, 2, 5, 6, Number.NaN, Number.NaN]);
  });

  test("scatterAdd adds rows up, over what was there, and skips indices outside", () => {
    const values: Given = { shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] };
    const table: Given = { shape: [3, 2], role: "variable", values: new Array(6).fill(9) };
    const [, , sums] = run(
      [
        {
          kind: "scatterAdd",
          shape: [4, 2],
          rows: 3,
          input: bound(0, [2, 1]),
          indices: rowIndices,
          out: bound(2, [2, 1]),
        },
      ],
      [values, indices, table],
    );
    expect(sums).toEqual([3, 4, 0, 0, 6, 8]);
  });
});

describe("copy", () => {
  test("walks back over negative strides and reads constants", () => {
    const reversed = bound(0, [-1], { offset: 2 });
    const constants = { constantsSize: 3, constants: [{ offset: 1, dtype: "float32" as const, values: [7, 8] }] };
    const result = run(
      [copy([3], reversed, bound(1, [1])), copy([2], view(CONSTANTS, [1], { offset: 1 }), bound(2, [1]))],
      [{ shape: [3], values: [1, 2, 3] }, { shape: [3] }, { shape: [2] }],
      constants,
    );
    expect(result.slice(1)).toEqual([
      [3, 2, 1],
      [7, 8],
    ]);
  });
});

describe("random", () => {
  test("gives the numbers of its key and stream", () => {
    const key = bound(0, [1], { dtype: "int32" });
    const [, numbers] = run(
      [{ kind: "random", size: 5, stream: 9, key, out: bound(1, [1]) }],
      [{ shape: [2], dtype: "int32", values: [-5, 6] }, { shape: [5] }],
    );
    expect(numbers).toEqual(Array.from(uniform(5, 9, [-5, 6])));
  });
});

describe("scan", () => {
  const add = (shape: readonly number[], a: View, b: View, out: View): SimpleInstruction => ({
    kind: "map",
    shape,
    inputs: [a, b],
    steps: [{ op: "add", operands: [input(0), input(1)] }],
    outputs: [{ view: out, from: value(0) }],
  });
  const scan = (rest: Partial<ScanInstruction>): ScanInstruction => ({
    ...{
      kind: "scan",
      steps: 3,
      rows: 2,
      blockRows: 2,
      rowwise: false,
      reverse: false,
      before: [],
      body: [],
      after: [],
    },
    ...rest,
  });
  /** x[t, row]: 1 2 3 in row 0 and 10 20 30 in row 1. */
  const x: Given = { shape: [3, 2], values: [1, 10, 2, 20, 3, 30] };
  const xAt = bound(0, [1], { timeStride: 2 });
  const total = view(SCRATCH, [1]);

  test("carries state in history: h[t+1] = h[t] + x[t]", () => {
    const now = bound(1, [1], { timeStride: 2 });
    const next = bound(1, [1], { timeStride: 2, offset: 2 });
    const history: Given = { shape: [4, 2], role: "variable", values: [100, 200, 0, 0, 0, 0, 0, 0] };
    const [, sums] = run([scan({ body: [add([2], now, xAt, next)] })], [x, history]);
    expect(sums).toEqual([100, 200, 101, 210, 103, 230, 106, 260]);
  });

  test("runs back through time: h[t] = h[t+1] + x[t]", () => {
    const now = bound(1, [1], { timeStride: 2, offset: 2 });
    const next = bound(1, [1], { timeStride: 2 });
    const history: Given = { shape: [4, 2], role: "variable", values: [0, 0, 0, 0, 0, 0, 100, 200] };
    const [, sums] = run([scan({ reverse: true, body: [add([2], now, xAt, next)] })], [x, history]);
    expect(sums).toEqual([106, 260, 105, 250, 103, 230, 100, 200]);
  });

  /** Sums x over time in scratch. The first copy of row 0 of the block tells which blocks ran. */
  const blockwise = (blockRows: number): ScanInstruction =>
    scan({
      ...{ rowwise: true, rows: 3, blockRows },
      before: [copy([3], view(CONSTANTS, [0]), total)],
      body: [add([3], total, bound(0, [1], { timeStride: 3 }), total)],
      after: [copy([3], total, bound(1, [1]))],
    });
  const wide: Given = { shape: [3, 3], values: [1, 10, 100, 2, 20, 200, 3, 30, 300] };
  const zero = { constantsSize: 1, constants: [{ offset: 0, dtype: "float32" as const, values: [0] }] };

  test.each([1, 2, 3, 8])("gives the same in blocks of %i rows", (blockRows) => {
    const sizes = { ...zero, scratchSize: Math.min(blockRows, 3) };
    expect(run([blockwise(blockRows)], [wide, { shape: [3] }], sizes)[1]).toEqual([6, 60, 600]);
  });

  test("does not shift scratch, which holds one block only", () => {
    expect(() => run([blockwise(2)], [wide, { shape: [3] }], { ...zero, scratchSize: 1 })).toThrow(/scratch/);
  });

  test("keeps the right operand of a product in place for every block, and moves it with batch dimensions", () => {
    const weights: Given = { shape: [3, 1], values: [1, 2, 3] };
    const product = { kind: "matmul", k: 3, packed: false } as const;
    const shared = { ...product, shape: [3, 1], a: bound(0, [3, 1]), b: bound(1, [1, 1]), out: bound(2, [1, 1]) };
    const own = {
      ...product,
      shape: [3, 1, 1],
      a: bound(0, [3, 3, 1]),
      b: bound(0, [3, 1, 1]),
      out: bound(3, [1, 1, 1]),
    };
    const rows = scan({ rowwise: true, rows: 3, blockRows: 1, steps: 1, body: [shared, own] });
    const [, , products, squares] = run([rows], [wide, weights, { shape: [3] }, { shape: [3] }]);
    expect(products).toEqual([321, 642, 963]);
    expect(squares).toEqual([10101, 40404, 90909]);
  });

  test("hands no scratch from block to block", () => {
    const leaking = scan({ rowwise: true, rows: 2, blockRows: 1, body: [add([2], total, total, total)] });
    const keeping = { ...leaking, after: [copy([2], total, bound(1, [1]))] };
    expect(run([keeping], [x, { shape: [2] }], { scratchSize: 1 })[1]).toEqual([Number.NaN, Number.NaN]);
  });

  test("refuses what does not count rows in a rowwise scan", () => {
    const narrow = scan({ rowwise: true, blockRows: 1, body: [copy([1], bound(0, [1]), total)] });
    expect(() => run([narrow], [x], { scratchSize: 1 })).toThrow(/count its 2 rows/);
    const pack: SimpleInstruction = { kind: "pack", shape: [2, 1], input: bound(0, [1, 1]), out: total };
    expect(() => run([scan({ rowwise: true, before: [pack] })], [x], { scratchSize: 64 })).toThrow(/independent rows/);
  });
});

describe("checks", () => {
  const x: Given = { shape: [3], values: [1, 2, 3] };
  const out: Given = { shape: [3] };

  test.each([
    ["past the end", bound(0, [1], { offset: 1 })],
    ["before the start", bound(0, [-1], { offset: 1 })],
    ["a slot that is not there", view(FIRST_BINDING + 2, [1])],
    ["the wrong rank", bound(0, [1, 1])],
    ["the wrong dtype", bound(0, [1], { dtype: "int32" })],
  ])("throws on reading %s", (_, from) => {
    expect(() => run([copy([3], from, bound(1, [1]))], [x, out])).toThrow(FormatError);
  });

  test("throws on storing in an input, in a constant, or twice in one place", () => {
    expect(() => run([copy([3], bound(1, [1]), bound(0, [1]))], [x, out])).toThrow(/an input or a constant/);
    expect(() => run([copy([1], bound(0, [1]), view(CONSTANTS, [1]))], [x], { constantsSize: 1 })).toThrow(/constant/);
    expect(() => run([copy([3], bound(0, [1]), bound(1, [0]))], [x, out])).toThrow(/store each place once/);
  });

  test("shows memory read before it was written as NaN, in every run", () => {
    const engine = referenceEngine();
    const bindings: Binding[] = [{ name: "out", role: "output", shape: [1], dtype: "float32" }];
    const arena = view(ARENA, [1]);
    const keep: Instruction = copy([1], bound(0, [1]), arena);
    const program = { arenaSize: 1, constantsSize: 0, scratchSize: 0, constants: [], bindings };
    const executable = engine.load({ ...program, instructions: [copy([1], arena, bound(0, [1])), keep] });
    const buffer = engine.allocate(1, "float32");
    for (let attempt = 0; attempt < 2; attempt++) {
      buffer.write([5]);
      executable.run([buffer]);
      expect(Array.from(buffer.read())).toEqual([Number.NaN]);
    }
  });

  test("throws on bindings of the wrong number, length or dtype", () => {
    const engine = referenceEngine();
    const bindings: Binding[] = [{ name: "x", role: "input", shape: [2, 2], dtype: "float32" }];
    const program = { arenaSize: 0, constantsSize: 0, scratchSize: 0, constants: [], bindings, instructions: [] };
    const executable = engine.load(program);
    expect(() => executable.run([])).toThrow(ShapeError);
    expect(() => executable.run([engine.allocate(3, "float32")])).toThrow(/x float32 \[2, 2\], got 3 of float32/);
    expect(() => executable.run([engine.allocate(4, "int32")])).toThrow(ShapeError);
    expect(() => executable.run([engine.allocate(4, "float32")])).not.toThrow();
  });
});
