import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../graph/tensor.ts";
import { ARENA, type Instruction, packedSize } from "../../program/format.ts";
import { disagreement, type Tolerance } from "./disagreement.ts";
import { engines, named } from "./engines.ts";
import { bindingOf, bound, contiguousLayout, type Layout, layoutOf, numbers, programOf } from "./layout.ts";

/** A product of matrices with the last two strides of each operand as given. */
interface Product {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Layout;
  readonly b: Layout;
  readonly out: Layout;
  /** Whether something is added: what is there, or what lies elsewhere. */
  readonly adds: "nothing" | "itself" | Layout;
}

const products = (sizes: fc.Arbitrary<number>): fc.Arbitrary<Product> =>
  fc
    .record({
      batch: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
      m: sizes,
      n: sizes,
      k: sizes,
      layouts: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
      adds: fc.constantFrom("nothing" as const, "itself" as const, "another" as const),
    })
    .map(({ layouts, adds, ...rest }) => ({
      ...rest,
      adds: adds === "another" ? layoutOf([...rest.batch, rest.m, rest.n], "input", layouts[3]) : adds,
      a: layoutOf([...rest.batch, rest.m, rest.k], "input", layouts[0]),
      b: layoutOf([...rest.batch, rest.k, rest.n], "input", layouts[1]),
      out: layoutOf([...rest.batch, rest.m, rest.n], "output", layouts[2]),
    }));

/** Each of k additions may round by half a unit in the last place of a sum of numbers up to 1. */
const toleranceOf = (k: number): Tolerance => ({ absolute: 1e-6 + 2e-7 * k, relative: 1e-6 + 6e-8 * k });

describe.each(engines.map((engine) => [named(engine), engine] as const))("matmul on %s", (_, engine) => {
  const check = async ({ batch, m, n, k, a, b, out, adds }: Product): Promise<void> => {
    const bindings = [
      bindingOf("a", "input", a.length),
      bindingOf("b", "input", b.length),
      bindingOf("out", "variable", out.length),
      ...(typeof adds === "object" ? [bindingOf("added", "input", adds.length)] : []),
    ];
    const matmul: Instruction = {
      kind: "matmul",
      shape: [...batch, m, n],
      k,
      a: bound(0, a),
      b: bound(1, b),
      out: bound(2, out),
      ...(adds !== "nothing" && { added: adds === "itself" ? bound(2, out) : bound(3, adds) }),
      packed: false,
    };
    const values = [a, b, out, ...(typeof adds === "object" ? [adds] : [])].map(({ length }, index) =>
      numbers(length, index + length),
    );
    expect(await disagreement(engine, programOf(bindings, [matmul]), values, toleranceOf(k))).toBeUndefined();
  };

  test("of any strides, batched and added to something", async () => {
    await fc.assert(fc.asyncProperty(products(fc.integer({ min: 0, max: 70 })), check), { numRuns: 300 });
  });

  test("beyond one block of every size", async () => {
    const sizes = fc.constantFrom(1, 3, 255, 256, 257, 300, 520);
    await fc.assert(fc.asyncProperty(products(sizes.filter((size) => size > 0)).filter(isModest), check), {
      numRuns: 30,
    });
  });

  test("each transposition of plain matrices", async () => {
    for (const [m, n, k] of [
      [128, 200, 50],
      [50, 200, 128],
      [1, 65, 33],
      [65, 1, 64],
      [7, 9, 600],
    ] as const) {
      for (const [aTurned, bTurned, outTurned] of [
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 0],
        [0, 0, 1],
      ]) {
        const matrix = (rows: number, columns: number, turned: number | undefined): Layout => ({
          ...contiguousLayout([rows, columns]),
          strides: turned ? [1, rows] : [columns, 1],
        });
        const out = matrix(m, n, outTurned);
        await check({ batch: [], m, n, k, a: matrix(m, k, aTurned), b: matrix(k, n, bTurned), out, adds: "nothing" });
      }
    }
  });

  test("packed, for one matrix and for a batch", async () => {
    const sizes = fc.integer({ min: 0, max: 70 });
    const batches = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
    const depths = fc.oneof(sizes, fc.constant(530));
    const property = fc.asyncProperty(
      batches,
      sizes,
      sizes,
      depths,
      fc.nat(),
      fc.nat(),
      async (batch, m, n, k, ...choices) => {
        const a = layoutOf([...batch, m, k], "input", choices[0]);
        const b = layoutOf([k, n], "input", choices[1]);
        const shape = [...batch, m, n];
        const out = contiguousLayout(shape);
        const panels = { slot: ARENA, offset: 0, strides: [], timeStride: 0, dtype: "float32" } as const;
        const instructions: Instruction[] = [
          { kind: "pack", shape: [k, n], input: bound(1, b), out: panels },
          { kind: "matmul", shape, k, a: bound(0, a), b: panels, out: bound(2, out), packed: true },
        ];
        const bindings = [
          bindingOf("a", "input", a.length),
          bindingOf("b", "input", b.length),
          bindingOf("out", "output", sizeOf(shape)),
        ];
        const program = programOf(bindings, instructions, { arenaSize: packedSize(k, n) });
        const values = [numbers(a.length, 1), numbers(b.length, 2)];
        expect(await disagreement(engine, program, values, toleranceOf(k))).toBeUndefined();
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  test("leaves out rows of zeros, and k where one side is zeros", async () => {
    const property = fc.asyncProperty(
      ...[fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 300 })],
      fc.record({ aTurned: fc.boolean(), outTurned: fc.boolean(), adds: fc.boolean(), packed: fc.boolean() }),
      fc.record({ rows: fc.boolean(), inner: fc.boolean(), seed: fc.nat(99) }),
      async (m, n, k, { aTurned, outTurned, adds, packed }, { seed, ...given }) => {
        // Runs of ones and zeros.
        const counts = (size: number, salt: number) =>
          Array.from({ length: size }, (_, i) => (Math.sin(i * 0.3 + (seed + salt) * 7.1) > 0.2 ? 1 : 0));
        const [rows, inner] = [counts(m, 1), counts(k, 2)];
        const a = numbers(m * k, seed).map((x, i) => {
          const [row, column] = aTurned ? [i % m, Math.floor(i / m)] : [Math.floor(i / k), i % k];
          return (given.rows && !rows[row]) || (given.inner && !packed && !inner[column]) ? 0 : x;
        });
        const layout = (at: number, turned: boolean, height: number, width: number) =>
          bound(at, { ...contiguousLayout([height, width]), strides: turned ? [1, height] : [width, 1] });
        const panels = { slot: ARENA, offset: 0, strides: [], timeStride: 0, dtype: "float32" } as const;
        const instructions: Instruction[] = [
          { kind: "pack", shape: [k, n], input: layout(1, false, k, n), out: panels },
          {
            ...{ kind: "matmul", shape: [m, n], k, packed },
            ...{ a: layout(0, aTurned, m, k), b: packed ? panels : layout(1, false, k, n) },
            out: layout(2, outTurned, m, n),
            ...(adds && { added: bound(3, { offset: 0, strides: [0, 1], length: n }) }),
            ...(given.rows && { rows: bound(4, contiguousLayout([m])) }),
            ...(given.inner && !packed && { inner: bound(5, contiguousLayout([k])) }),
          },
        ];
        const sizes = [m * k, k * n, m * n, n, m, k];
        const bindings = sizes.map((size, i) => bindingOf(`b${i}`, i === 2 ? "output" : "input", size));
        const program = programOf(bindings, instructions, { arenaSize: packedSize(k, n) });
        const values = [a, numbers(k * n, 2), undefined, numbers(n, 3), rows, inner];
        expect(await disagreement(engine, program, values, toleranceOf(k))).toBeUndefined();
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  test("two products of packed matrices, added up", async () => {
    const depths = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(255, 256, 257, 400));
    const sizes = fc.integer({ min: 1, max: 70 });
    const property = fc.asyncProperty(
      ...[sizes, sizes, depths, depths],
      fc.record({ first: fc.nat(), second: fc.nat(), out: fc.nat(), adds: fc.boolean() }),
      async (m, n, k, more, choices) => {
        const a = layoutOf([m, k], "input", choices.first);
        const c = layoutOf([m, more], "input", choices.second);
        const out = layoutOf([m, n], "output", choices.out);
        const [b, d] = [contiguousLayout([k, n]), contiguousLayout([more, n])];
        const panels = (offset: number) =>
          ({ slot: ARENA, offset, strides: [], timeStride: 0, dtype: "float32" }) as const;
        const instructions: Instruction[] = [
          { kind: "pack", shape: [k, n], input: bound(1, b), out: panels(0) },
          { kind: "pack", shape: [more, n], input: bound(3, d), out: panels(packedSize(k, n)) },
          {
            ...{ kind: "matmul", shape: [m, n], k, packed: true, a: bound(0, a), b: panels(0), out: bound(4, out) },
            ...(choices.adds && { added: bound(4, out) }),
            also: { k: more, a: bound(2, c), b: panels(packedSize(k, n)) },
          },
        ];
        const lengths = [a, b, c, d, out].map(({ length }) => length);
        const bindings = lengths.map((length, i) => bindingOf(`x${i}`, i === 4 ? "variable" : "input", length));
        const program = programOf(bindings, instructions, { arenaSize: packedSize(k, n) + packedSize(more, n) });
        const values = lengths.map((length, i) => numbers(length, i));
        expect(await disagreement(engine, program, values, toleranceOf(k + more))).toBeUndefined();
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  test("sums of columns beside a product", async () => {
    const depths = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(256, 257));
    const property = fc.asyncProperty(
      ...[fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 7, 8, 20, 33, 50, 270), depths],
      fc.record({ a: fc.nat(), b: fc.nat() }),
      async (m, n, k, choices) => {
        const a = layoutOf([m, k], "input", choices.a);
        const b = layoutOf([k, n], "input", choices.b);
        const matmul: Instruction = {
          ...{ kind: "matmul", shape: [m, n], k, packed: false, a: bound(0, a), b: bound(1, b) },
          ...{ out: bound(2, contiguousLayout([m, n])), columnSums: bound(3, contiguousLayout([n])) },
        };
        const lengths = [a.length, b.length, m * n, n];
        const bindings = lengths.map((length, i) => bindingOf(`x${i}`, i < 2 ? "input" : "output", length));
        const given = [numbers(a.length, 1), numbers(b.length, 2)];
        expect(await disagreement(engine, programOf(bindings, [matmul]), given, toleranceOf(k))).toBeUndefined();
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test("lets NaN and infinity reach only the elements that they belong to", async () => {
    for (const [m, n, k] of [
      [5, 11, 6],
      [4, 8, 300],
    ] as const) {
      const a = numbers(m * k, 1);
      const b = numbers(k * n, 2);
      a[2 * k + 3] = Number.NaN;
      b[4 * n + 5] = Number.POSITIVE_INFINITY;
      const bindings = [
        bindingOf("a", "input", m * k),
        bindingOf("b", "input", k * n),
        bindingOf("out", "output", m * n),
      ];
      const [aView, bView, out] = [
        [m, k],
        [k, n],
        [m, n],
      ].map((shape, index) => bound(index, contiguousLayout(shape)));
      const matmul: Instruction = {
        kind: "matmul",
        shape: [m, n],
        k,
        a: aView!,
        b: bView!,
        out: out!,

        packed: false,
      };
      expect(await disagreement(engine, programOf(bindings, [matmul]), [a, b], { absolute: 1e-4 })).toBeUndefined();
    }
  });
});

/** Small enough for the reference engine. */
function isModest({ batch, m, n, k }: Product): boolean {
  return sizeOf(batch) * m * n * k < 4e6;
}
