import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementwiseNames } from "../../graph/op.ts";
import { elementwiseOps } from "../../graph/ops/index.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { Binding, MapInstruction, MapOperand, MapStep } from "../../program/format.ts";
import { disagreement } from "./disagreement.ts";
import { engines, named } from "./engines.ts";
import {
  bindingOf,
  bound,
  contiguousLayout,
  type Layout,
  layoutOf,
  numbers,
  programOf,
  wholeNumbers,
} from "./layout.ts";

const input = (index: number): MapOperand => ({ kind: "input", index });
const value = (index: number): MapOperand => ({ kind: "value", index });
const number = (x: number): MapOperand => ({ kind: "number", value: x });

const hostile = [
  "0 -0 1 -1 0.5 -0.5 2 -2 3 1e-45 -1e-45 1e-38 1e-20 1e-8 -1e-8 1e-4 0.01 0.34 0.35 0.7 0.78 0.79 1.5 1.57 2.5",
  "3.1415927 -3.1415927 7 8.9 9.1 -9.1 17 50 80 87.3 88.7 88.73 89 -87 -88 -95 -103.9 -104.5 127 128 129 1000 -1000",
  "16777215 16777216 -16777217 1e6 1048577 12345678 2147483520 -2147483648 3e9 -3e9 1e10 1e15 1e20 -1e20 1e30",
  "3.4e38 -3.4e38 Infinity -Infinity NaN",
].flatMap((line) => line.split(" ").map((text) => Math.fround(Number(text))));

/** Numbers of every size: bits that look random, and some between −10 and 10, where most functions bend. */
const spread = [
  ...new Float32Array(Int32Array.from({ length: 10_000 }, (_, index) => Math.imul(index, 0x9e3779b1)).buffer),
  ...numbers(10_000, 1, 10),
];

describe.each(engines.map((engine) => [named(engine), engine] as const))("map on %s", (_, engine) => {
  for (const op of elementwiseNames) {
    test(`${op} of hostile numbers`, async () => {
      const arity = elementwiseOps[op].scalar!.length;
      const dtypeOf = {
        from: op === "toFloat" ? "int32" : "float32",
        to: op === "toInt" ? "int32" : "float32",
      } as const;
      const list = arity === 1 ? [...hostile, ...spread] : hostile;
      const some = op === "toFloat" ? [0, 1, -1, 16777216, 123456789, 2147483647, -2147483648] : list;
      const values = Array.from({ length: arity }, () => [] as number[]);
      const conditions = arity === 3 ? [0, -0, 1, Number.NaN, 1e-45] : some;
      for (const a of conditions) {
        for (const b of arity > 1 ? some : [0]) {
          for (const c of arity > 2 ? some : [0])
            for (const [i, x] of [a, b, c].slice(0, arity).entries()) values[i]!.push(x);
        }
      }
      // Out of int32's range toInt saturates, where float64 does not.
      if (op === "toInt") values[0] = values[0]!.map((x) => (Math.abs(x) <= 2147483520 ? x : 7));
      const size = values[0]!.length;
      const layout = contiguousLayout([size]);
      const bindings: Binding[] = [
        ...values.map((_, i) => bindingOf(`x${i}`, "input", size, dtypeOf.from)),
        bindingOf("y", "output", size, dtypeOf.to),
      ];
      const map: MapInstruction = {
        kind: "map",
        shape: [size],
        inputs: values.map((_, i) => bound(i, layout, dtypeOf.from)),
        steps: [{ op, operands: values.map((_, i) => input(i)) }],
        outputs: [{ view: bound(arity, layout, dtypeOf.to), from: value(0) }],
      };
      // The smallest numbers have few digits; where eˣ overflows, the logistic function gives 0 for them.
      const tolerance = { relative: 4e-7, absolute: op === "sigmoid" ? 1.2e-38 : 1e-44 };
      expect(await disagreement(engine, programOf(bindings, [map]), values, tolerance)).toBeUndefined();
    });
  }

  // Whole numbers, on which these ops are exact, so that comparisons cannot fall out differently.
  const exactOps = [
    "neg",
    "abs",
    "sign",
    "floor",
    "add",
    "sub",
    "maximum",
    "minimum",
    "less",
    "lessEqual",
    "equal",
    "select",
  ];
  const exactNames = elementwiseNames.filter((op) => exactOps.includes(op));
  const shapes = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 70 })),
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 200, max: 1100 })),
    fc.tuple(fc.integer({ min: 1, max: 3000 })),
  );
  const chains = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape as readonly number[]),
      inputs: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      outputs: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      ops: fc.array(fc.tuple(fc.constantFrom(...exactNames), fc.nat(), fc.nat(), fc.nat()), { maxLength: 10 }),
      froms: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      /** Which inputs the outputs take the place of, where their numbers are within the count of inputs. */
      inPlace: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 3, maxLength: 3 }),
    }),
  );

  test("functions of rows that lie apart, of any length", async () => {
    const property = fc.asyncProperty(
      fc.constantFrom("exp", "log", "log1p", "tanh", "sigmoid", "sin"),
      ...[fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 80 })],
      ...[fc.nat({ max: 20 }), fc.nat({ max: 20 })],
      async (op, rows, columns, gap, gapAfter) => {
        const view = (index: number, row: number) => bound(index, { offset: 0, strides: [row, 1], length: rows * row });
        const [from, to] = [columns + gap, columns + gapAfter];
        const map: MapInstruction = {
          kind: "map",
          shape: [rows, columns],
          inputs: [view(0, from)],
          steps: [{ op, operands: [input(0)] }],
          outputs: [{ view: view(1, to), from: value(0) }],
        };
        const bindings = [bindingOf("x", "input", rows * from), bindingOf("y", "variable", rows * to)];
        const values = [numbers(rows * from, rows, 3).map(Math.abs), numbers(rows * to, columns)];
        const tolerance = { absolute: 1e-6, relative: 1e-6 };
        expect(await disagreement(engine, programOf(bindings, [map]), values, tolerance)).toBeUndefined();
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test("chains over any shapes and layouts, in place too", async () => {
    await fc.assert(
      fc.asyncProperty(chains, async ({ shape, ops, froms, inPlace, ...choices }) => {
        const inputs = choices.inputs.map((choice) => layoutOf(shape, "input", choice));
        const outputs = choices.outputs.map((choice) => layoutOf(shape, "output", choice));
        const pick = (choice: number, values: number): MapOperand => {
          const index = choice % (inputs.length + values + 1);
          if (index === 0) return number((choice % 7) - 3);
          return index <= inputs.length ? input(index - 1) : value(index - 1 - inputs.length);
        };
        const steps = ops.map(([op, ...choices], index): MapStep => {
          const arity = elementwiseOps[op].scalar!.length;
          return { op, operands: choices.slice(0, arity).map((choice) => pick(choice, index)) };
        });
        const stores = (layout: Layout) => layout.strides.every((stride, axis) => stride !== 0 || shape[axis]! <= 1);
        const taken = new Set<number>();
        const places = outputs.map((layout, index) => {
          const target = inPlace[index]!;
          const free = target < inputs.length && stores(inputs[target]!) && !taken.has(target);
          if (free) taken.add(target);
          return free ? bound(target, inputs[target]!) : bound(inputs.length + index, layout);
        });
        const map: MapInstruction = {
          kind: "map",
          shape,
          inputs: inputs.map((layout, index) => bound(index, layout)),
          steps,
          outputs: places.map((view, index) => ({ view, from: pick(froms[index]!, steps.length) })),
        };
        const bindings: Binding[] = [
          ...inputs.map(({ length }, index) => bindingOf(`x${index}`, "variable", length)),
          ...outputs.map(({ length }, index) => bindingOf(`y${index}`, "output", length)),
        ];
        const values = inputs.map(({ length }, index) => wholeNumbers(length, index + length, 3));
        expect(
          await disagreement(engine, programOf(bindings, [map]), values, { relative: 0, absolute: 0 }),
        ).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  test("sums, differences and products of sums, differences and products", async () => {
    const layout = contiguousLayout([23]);
    const ops = ["add", "sub", "mul"] as const;
    const steps = ops.flatMap((inner) =>
      ops.flatMap((outer) => [true, false].map((first) => ({ inner, outer, first }))),
    );
    const map: MapInstruction = {
      kind: "map",
      shape: [23],
      inputs: [0, 1, 2].map((index) => bound(index, layout)),
      steps: steps.flatMap(({ inner, outer, first }, index) => [
        { op: inner, operands: [input(0), input(1)] },
        { op: outer, operands: first ? [value(2 * index), input(2)] : [input(2), value(2 * index)] },
      ]),
      outputs: steps.map((_, index) => ({ view: bound(3 + index, layout), from: value(2 * index + 1) })),
    };
    const bindings = [
      ...[0, 1, 2].map((index) => bindingOf(`x${index}`, "input", 23)),
      ...steps.map(({ inner, outer, first }) => bindingOf(`${inner} ${outer} ${first}`, "output", 23)),
    ];
    const values = [0, 1, 2].map((index) => wholeNumbers(23, index, 9));
    expect(
      await disagreement(engine, programOf(bindings, [map]), values, { relative: 0, absolute: 0 }),
    ).toBeUndefined();
  });

  test("int32 stored, converted and filled in", async () => {
    const shape = [3, 5];
    const layout = contiguousLayout(shape);
    const transposed = { ...layout, strides: [1, 3] };
    const size = sizeOf(shape);
    const map: MapInstruction = {
      kind: "map",
      shape,
      inputs: [bound(0, layout, "int32")],
      steps: [
        { op: "toFloat", operands: [input(0)] },
        { op: "mul", operands: [value(0), number(0.5)] },
        { op: "toInt", operands: [value(1)] },
      ],
      outputs: [
        { view: bound(1, transposed, "int32"), from: value(2) },
        { view: bound(2, layout, "int32"), from: input(0) },
        { view: bound(3, layout, "int32"), from: number(-7) },
        { view: bound(4, layout), from: value(1) },
      ],
    };
    const bindings = [
      bindingOf("x", "input", size, "int32"),
      bindingOf("halves", "output", size, "int32"),
      bindingOf("copies", "output", size, "int32"),
      bindingOf("fill", "output", size, "int32"),
      bindingOf("floats", "output", size),
    ];
    const values = wholeNumbers(size, 1, 100);
    expect(await disagreement(engine, programOf(bindings, [map]), [values])).toBeUndefined();
  });
});
