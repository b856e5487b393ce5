import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contiguousStrides } from "../../graph/tensor.ts";
import {
  ARENA,
  type Binding,
  FIRST_BINDING,
  type Instruction,
  packedSize,
  SCRATCH,
  type SimpleInstruction,
  type View,
} from "../../program/format.ts";
import { disagreement } from "./disagreement.ts";
import { engines, named } from "./engines.ts";
import { bindingOf, numbers, programOf } from "./layout.ts";

interface Sizes {
  readonly rows: number;
  readonly blockRows: number;
  readonly steps: number;
  readonly units: number;
  readonly reverse: boolean;
  readonly rowwise: boolean;
  readonly packed: boolean;
}

const sizes: fc.Arbitrary<Sizes> = fc.record({
  rows: fc.integer({ min: 1, max: 30 }),
  blockRows: fc.integer({ min: 1, max: 13 }),
  steps: fc.integer({ min: 0, max: 5 }),
  units: fc.integer({ min: 1, max: 40 }),
  reverse: fc.boolean(),
  rowwise: fc.boolean(),
  packed: fc.boolean(),
});

const names = ["x", "weight", "bias", "table", "labels", "history", "sums", "last", "wide", "turned"] as const;
const slotOf = (name: (typeof names)[number]): number => FIRST_BINDING + names.indexOf(name);

/**
 * A recurrent network in miniature, with every instruction that a rowwise scan may hold:
 * state ← tanh(x_t + state·weight + bias + table[label_t]); history_t = state; sums_t = Σ state · |state|²;
 * wide ← wide + 1 and turned ← wide·weight, of shape [rows, 3, 2, units].
 */
function recurrent({ rows, blockRows, steps, units, reverse, rowwise, packed }: Sizes) {
  const words = 5;
  const lengths = {
    x: rows * steps * units,
    weight: units * units,
    bias: units,
    table: words * units,
    labels: rows * steps,
    history: steps * rows * units,
    sums: steps * rows,
    last: rows * units,
    wide: rows * 6 * units,
    turned: rows * 6 * units,
  };
  const view = (slot: number, strides: readonly number[], rest: Partial<View> = {}): View => ({
    slot,
    offset: 0,
    strides,
    timeStride: 0,
    dtype: "float32",
    ...rest,
  });
  const plain = [units, 1];
  const panels = view(ARENA, []);
  const weight = view(slotOf("weight"), plain);
  /** Scratch holds the state, the product and the row picked, one after another. */
  const room = (rowwise ? Math.min(rows, blockRows) : rows) * units;
  const [state, product, picked] = [0, 1, 2].map((part) => view(SCRATCH, plain, { offset: part * room }));
  const outer = view(SCRATCH, [units, 1], { offset: 3 * room });
  const history = view(slotOf("history"), plain, { timeStride: rows * units });
  const shape = [rows, units];
  const before: SimpleInstruction[] = [
    { kind: "map", shape, inputs: [], steps: [], outputs: [{ view: state!, from: { kind: "number", value: 0.5 } }] },
  ];
  const body: SimpleInstruction[] = [
    {
      kind: "matmul",
      shape,
      k: units,
      a: state!,
      b: packed ? panels : weight,
      out: product!,
      packed,
    },
    {
      kind: "gather",
      shape,
      rows: words,
      table: view(slotOf("table"), plain),
      indices: view(slotOf("labels"), [steps, 0], { timeStride: 1, dtype: "int32" }),
      out: picked!,
    },
    {
      kind: "map",
      shape,
      inputs: [
        view(slotOf("x"), [steps * units, 1], { timeStride: units }),
        product!,
        view(slotOf("bias"), [0, 1]),
        picked!,
      ],
      steps: [
        {
          op: "add",
          operands: [
            { kind: "input", index: 0 },
            { kind: "input", index: 1 },
          ],
        },
        {
          op: "add",
          operands: [
            { kind: "value", index: 0 },
            { kind: "input", index: 2 },
          ],
        },
        {
          op: "add",
          operands: [
            { kind: "value", index: 1 },
            { kind: "input", index: 3 },
          ],
        },
        { op: "tanh", operands: [{ kind: "value", index: 2 }] },
      ],
      outputs: [
        { view: state!, from: { kind: "value", index: 3 } },
        { view: history, from: { kind: "value", index: 3 } },
      ],
    },
    // Batched: one product [1, units] · [units, 1] for each row.
    {
      kind: "matmul",
      shape: [rows, 1, 1],
      k: units,
      a: { ...state!, strides: [units, 0, 1] },
      b: { ...history, strides: [units, 1, 0] },
      out: { ...outer, strides: [1, 0, 0] },
      packed: false,
    },
    {
      kind: "map",
      shape,
      inputs: [state!, { ...outer, strides: [1, 0] }],
      steps: [
        {
          op: "mul",
          operands: [
            { kind: "input", index: 0 },
            { kind: "input", index: 1 },
          ],
        },
      ],
      outputs: [{ view: product!, from: { kind: "value", index: 0 } }],
    },
    {
      kind: "reduce",
      fold: "sum",
      shape: [rows],
      reduced: [units],
      input: product!,
      out: view(slotOf("sums"), [1], { timeStride: rows }),
      accumulate: false,
    },
  ];
  const wideShape = [rows, 3, 2, units];
  const wide = view(slotOf("wide"), contiguousStrides(wideShape));
  body.push(
    {
      kind: "map",
      shape: wideShape,
      inputs: [wide],
      steps: [
        {
          op: "add",
          operands: [
            { kind: "input", index: 0 },
            { kind: "number", value: 1 },
          ],
        },
      ],
      outputs: [{ view: wide, from: { kind: "value", index: 0 } }],
    },
    {
      kind: "matmul",
      shape: wideShape,
      k: units,
      a: wide,
      b: { ...weight, strides: [0, 0, ...plain] },
      out: { ...wide, slot: slotOf("turned") },
      packed: false,
    },
  );
  const after: SimpleInstruction[] = [{ kind: "copy", shape, input: state!, out: view(slotOf("last"), plain) }];
  const instructions: Instruction[] = [
    { kind: "pack", shape: [units, units], input: weight, out: panels },
    { kind: "scan", steps, rows, blockRows, rowwise, reverse, before, body, after },
  ];
  const roles: Partial<Record<(typeof names)[number], Binding["role"]>> = {
    history: "output",
    sums: "output",
    last: "output",
    wide: "variable",
    turned: "output",
  };
  const bindings = names.map((name) =>
    bindingOf(name, roles[name] ?? "input", lengths[name], name === "labels" ? "int32" : "float32"),
  );
  const program = programOf(bindings, instructions, {
    arenaSize: packedSize(units, units),
    scratchSize: 3 * room + (rowwise ? Math.min(rows, blockRows) : rows),
  });
  const values = names.map((name, index) => {
    if (roles[name] === "output") return undefined;
    const random = numbers(lengths[name], index, name === "labels" ? 2 : 1 / Math.sqrt(units));
    return name === "labels" ? random.map((x) => Math.round(x) + 2) : random;
  });
  return { program, values };
}

describe.each(engines.map((engine) => [named(engine), engine] as const))("scan on %s", (_, engine) => {
  test("by rows or whole, forwards and in reverse, in blocks of any size", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (given) => {
        const { program, values } = recurrent(given);
        expect(await disagreement(engine, program, values, { absolute: 2e-5, relative: 1e-5 })).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test("gives the same bits whatever the blocks of rows", async () => {
    const results = [];
    for (const blockRows of [1, 3, 4, 5, 12, 37]) {
      const given = { rows: 37, steps: 4, units: 50, reverse: false, rowwise: true, packed: true, blockRows };
      const { program, values } = recurrent(given);
      const buffers = program.bindings.map(({ shape, dtype }, index) => {
        const buffer = engine.allocate(shape[0]!, dtype);
        buffer.write(values[index] ?? []);
        return buffer;
      });
      await engine.load(program).run(buffers);
      results.push(buffers.map((buffer) => Array.from(buffer.read())));
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test("runs idle for the rows of a block before the first and after the last that counts", async () => {
    for (const [rows, blockRows] of [
      [7, 7],
      [29, 8],
      [12, 4],
      [5, 1],
    ] as const) {
      for (const reverse of [false, true]) {
        const { program, values } = maskedSums({ rows, steps: 6, units: 3, blockRows, reverse });
        expect(await disagreement(engine, program, values, { absolute: 1e-6 })).toBeUndefined();
      }
    }
  });
});

/** Each row's running sums of x, in scratch, with a history; masked steps leave them as they were. */
function maskedSums({ rows, steps, units, blockRows, reverse }: Omit<Sizes, "rowwise" | "packed">) {
  const shape = [rows, units];
  const view = (slot: number, strides: readonly number[], timeStride = 0): View => ({
    ...{ slot, offset: 0, strides, timeStride, dtype: "float32" },
  });
  const bound = (index: number, timeStride = 0) => view(FIRST_BINDING + index, [units, 1], timeStride);
  const state = view(SCRATCH, [units, 1]);
  // The mask as layers have it: all steps of a row, then the next row.
  const mask = view(FIRST_BINDING + 1, [steps], 1);
  const history = bound(2, rows * units);
  const input = (index: number) => ({ kind: "input", index }) as const;
  const value = (index: number) => ({ kind: "value", index }) as const;
  const body: SimpleInstruction[] = [
    {
      kind: "map",
      shape,
      inputs: [state, bound(0, rows * units), { ...mask, strides: [steps, 0] }],
      steps: [
        { op: "add", operands: [input(0), input(1)] },
        { op: "select", operands: [input(2), value(0), input(0)] },
      ],
      outputs: [
        { view: state, from: value(1) },
        { view: history, from: value(1) },
      ],
    },
  ];
  const idle = { mask, body: [{ kind: "copy", shape, input: state, out: history }] as const };
  const start = { view: state, from: { kind: "number", value: 0.5 } } as const;
  const scan: Instruction = {
    ...{ kind: "scan", steps, rows, blockRows, rowwise: true, reverse, body, idle },
    before: [{ kind: "map", shape, inputs: [], steps: [], outputs: [start] }],
    after: [{ kind: "copy", shape, input: state, out: bound(3) }],
  };
  const size = rows * units;
  const bindings = [
    bindingOf("x", "input", steps * size),
    bindingOf("mask", "input", steps * rows),
    bindingOf("history", "output", steps * size),
    bindingOf("last", "output", size),
  ];
  const x = numbers(steps * size, 1);
  // Rows of all lengths, some with a hole, some empty; what is masked holds NaN.
  const masks = Array.from({ length: rows * steps }, (_, i) => {
    const [row, step] = [Math.floor(i / steps), i % steps];
    return step < (row * 5) % (steps + 1) && !(row % 3 === 0 && step === 1) ? 1 : 0;
  });
  for (const [i, counts] of masks.entries()) {
    if (counts === 0)
      x.fill(
        Number.NaN,
        ((i % steps) * rows + Math.floor(i / steps)) * units,
        ((i % steps) * rows + Math.floor(i / steps) + 1) * units,
      );
  }
  return { program: programOf(bindings, [scan], { scratchSize: size }), values: [x, masks, undefined, undefined] };
}
