import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { encode } from "./encode.ts";
import {
  FIRST_BINDING,
  type Instruction,
  type MapInstruction,
  type Program,
  SCRATCH,
  type ScanInstruction,
  type SimpleInstruction,
  type View,
} from "./format.ts";

const view = (slot: number, strides: readonly number[], rest: Partial<View> = {}): View => ({
  slot,
  offset: 0,
  timeStride: 0,
  dtype: "float32",
  strides,
  ...rest,
});
const x = FIRST_BINDING;
const y = FIRST_BINDING + 1;

function programOf(instructions: readonly Instruction[]): Program {
  const bindings = ["x", "y"].map((name) => ({ name, role: "variable", shape: [1000], dtype: "float32" }) as const);
  return { arenaSize: 1000, constantsSize: 0, scratchSize: 100, constants: [], bindings, instructions };
}

const wordsOf = (...instructions: readonly Instruction[]): number[] => Array.from(encode(programOf(instructions)));

const copy = (shape: readonly number[], input: View, out: View): SimpleInstruction => ({
  kind: "copy",
  shape,
  input,
  out,
});

describe("encode", () => {
  test("an empty program is its end", () => {
    expect(wordsOf()).toEqual([0]);
  });

  test("each instruction is code, length, content", () => {
    const contiguous = copy([2, 3], view(x, [3, 1], { offset: 7, timeStride: 5 }), view(y, [3, 1]));
    const turned = copy([2, 3], view(x, [1, 2]), view(y, [3, 1]));
    expect(wordsOf(contiguous, turned)).toEqual([
      ...[8, 13, 1, 1, 6, x, 7, 5, 1, y, 0, 0, 1].map((word, index) => (index === 0 ? 7 : word)),
      ...[7, 16, 2, 1, 2, 3, x, 0, 0, 1, 2, y, 0, 0, 3, 1],
      0,
    ]);
  });

  test("a batch of products with one right operand is one product", () => {
    const matmul: Instruction = {
      kind: "matmul",
      shape: [5, 3, 4],
      k: 2,
      a: view(x, [6, 2, 1]),
      b: view(x, [0, 4, 1]),
      out: view(y, [12, 4, 1]),
      added: view(x, [0, 0, 1]),
      packed: false,
    };
    const views = [x, 0, 0, 2, 1, x, 0, 0, 4, 1, y, 0, 0, 4, 1, x, 0, 0, 0, 1];
    expect(wordsOf(matmul)).toEqual([2, 36, 0, 1, 1, 15, 4, 2, ...views, ...new Array(8).fill(0), 0]);
    const apart = { ...matmul, a: view(x, [7, 2, 1]) };
    expect(wordsOf(apart).slice(0, 9)).toEqual([2, 41, 1, 1, 1, 3, 4, 2, 5]);
  });

  test("a rowwise scan counts how many entries make a row", () => {
    const scan: ScanInstruction = {
      kind: "scan",
      steps: 4,
      rows: 6,
      blockRows: 5,
      rowwise: true,
      reverse: true,
      before: [],
      body: [copy([6, 3], view(x, [3, 1]), view(SCRATCH, [3, 1]))],
      after: [],
    };
    expect(wordsOf(scan)).toEqual([
      9,
      27,
      4,
      6,
      5,
      1,
      0,
      13,
      0,
      0,
      0,
      0,
      0,
      0,
      7,
      13,
      1,
      3,
      18,
      x,
      0,
      0,
      1,
      SCRATCH,
      0,
      0,
      1,
      0,
    ]);
    expect(wordsOf({ ...scan, rowwise: false, rows: 6, body: [] })).toEqual([
      9,
      14,
      4,
      6,
      0,
      1,
      ...new Array(8).fill(0),
      0,
    ]);
  });

  test("refuses in a rowwise scan what does not belong to rows", () => {
    const scan = (body: SimpleInstruction): ScanInstruction => ({
      kind: "scan",
      steps: 1,
      rows: 6,
      blockRows: 5,
      rowwise: true,
      reverse: false,
      before: [],
      body: [body],
      after: [],
    });
    const random: Instruction = { kind: "random", size: 1, stream: 0, key: view(x, [1]), out: view(y, [1]) };
    expect(() => wordsOf(scan(random))).toThrow(/each of its 6 rows, got random/);
    expect(() => wordsOf(scan(copy([5], view(x, [1]), view(y, [1]))))).toThrow(/got copy of shape \[5\]/);
    expect(() => wordsOf({ ...scan(random), rowwise: false })).not.toThrow();
  });

  test("refuses views that leave their slots", () => {
    expect(() => wordsOf(copy([1001], view(x, [1]), view(y, [1])))).toThrow(FormatError);
  });
});

describe("maps", () => {
  /** The number of registers that a map takes. */
  const registersOf = (map: MapInstruction): number => wordsOf(map)[6]!;
  const step = (op: "exp" | "neg") => (kind: "input" | "value", index: number) =>
    ({ op, operands: [{ kind, index }] }) as const;
  const exp = step("exp");

  test.each([
    ["neg", 1],
    ["exp", 2],
  ] as const)("a chain of %s, whatever its length, needs registers: %i", (op, registers) => {
    const steps = [step(op)("input", 0), ...Array.from({ length: 9 }, (_, index) => step(op)("value", index))];
    const map: MapInstruction = {
      kind: "map",
      shape: [100],
      inputs: [view(x, [1])],
      steps,
      outputs: [{ view: view(y, [1]), from: { kind: "value", index: 9 } }],
    };
    expect(registersOf(map)).toBe(registers);
  });

  test("refuses a second product and sums of columns where kernels make none", () => {
    const plain = { kind: "matmul", shape: [3, 4], k: 2, packed: false } as const;
    const [a, b, out] = [view(x, [2, 1]), view(x, [4, 1], { offset: 50 }), view(y, [4, 1])];
    const also = { k: 2, a, b: view(x, [], { offset: 500 }) };
    const columnSums = view(y, [1], { offset: 100 });
    const refusal = (matmul: object) => {
      const given = { ...plain, a, b, out, ...matmul } as Instruction;
      return () => wordsOf(given);
    };
    const packed = { packed: true, b: view(x, [], { offset: 100 }) };
    expect(refusal({ ...packed, also })).not.toThrow();
    expect(refusal({ columnSums })).not.toThrow();
    expect(refusal({ also })).toThrow(FormatError);
    expect(refusal({ ...packed, also: { ...also, b: view(x, [], { offset: 990 }) } })).toThrow("1000");
    expect(refusal({ ...packed, columnSums })).toThrow(FormatError);
    expect(refusal({ columnSums, out: view(y, [1, 3]) })).toThrow(FormatError);
    expect(refusal({ columnSums, rows: view(y, [1], { offset: 200 }) })).toThrow(FormatError);
    expect(refusal({ columnSums, inner: view(y, [1], { offset: 200 }) })).toThrow(FormatError);
    expect(refusal({ columnSums: view(y, [1], { offset: 997 }) })).toThrow("1000");
  });

  test("steps that reach no output are left out", () => {
    const map: MapInstruction = {
      kind: "map",
      shape: [100],
      inputs: [view(x, [1])],
      steps: [exp("input", 0), exp("input", 0), exp("value", 1)],
      outputs: [{ view: view(y, [1]), from: { kind: "value", index: 0 } }],
    };
    expect(wordsOf(map)[10]).toBe(1);
  });

  test("stores straight to the output unless what lies there is read later", () => {
    const map = (op: "exp" | "neg", order: readonly [number, number]): MapInstruction => ({
      kind: "map",
      shape: [100],
      inputs: [view(x, [1]), view(y, [1])],
      steps: order.map((index) => step(op)("input", index)),
      outputs: [
        { view: view(y, [1]), from: { kind: "value", index: 0 } },
        { view: view(x, [1]), from: { kind: "value", index: 1 } },
      ],
    });
    /** The word that allows it, for each output. */
    const direct = (words: number[]) => [words[24], words[31]];
    expect(direct(wordsOf(map("neg", [1, 0])))).toEqual([1, 1]);
    expect(direct(wordsOf(map("neg", [0, 1])))).toEqual([0, 1]);
    // It reads ahead of what it writes.
    expect(direct(wordsOf(map("exp", [1, 0])))).toEqual([0, 0]);
  });

  test.each([
    [16, 1],
    [8, 0],
  ])("an output %d columns beside an input that is read later is stored at once: %d", (offset, direct) => {
    const input = { kind: "input", index: 0 } as const;
    const value = { kind: "value", index: 0 } as const;
    const words = wordsOf({
      kind: "map",
      shape: [4, 16],
      inputs: [view(x, [32, 1])],
      steps: [
        { op: "neg", operands: [input] },
        { op: "maximum", operands: [value, input] },
      ],
      outputs: [
        { view: view(x, [32, 1], { offset }), from: value },
        { view: view(y, [16, 1]), from: { kind: "value", index: 1 } },
      ],
    });
    // After eleven words, two sizes and one input of seven.
    expect(words[20]).toBe(direct);
  });
});
