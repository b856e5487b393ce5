import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../graph/tensor.ts";
import type { ReduceInstruction } from "../../program/format.ts";
import { disagreement } from "./disagreement.ts";
import { engines, named } from "./engines.ts";
import { bindingOf, bound, contiguousLayout, layoutOf, numbers, programOf } from "./layout.ts";

const sizes = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(33, 70, 300, 600));
const shapes = fc
  .tuple(fc.array(sizes, { maxLength: 3 }), fc.array(sizes, { maxLength: 3 }))
  .filter(([shape, reduced]) => sizeOf([...shape, ...reduced].map((size) => Math.max(size, 1))) < 30_000);

const folds = fc.constantFrom("sum", "max", "argmax");

describe.each(engines.map((engine) => [named(engine), engine] as const))("reduce on %s", (_, engine) => {
  const run = async (reduce: Omit<ReduceInstruction, "kind">, lengths: readonly number[], values: number[][]) => {
    const bindings = [bindingOf("x", "input", lengths[0]!), bindingOf("y", "variable", lengths[1]!, reduce.out.dtype)];
    const tolerance = { absolute: 1e-6, relative: 1e-6 };
    return disagreement(engine, programOf(bindings, [{ kind: "reduce", ...reduce }]), values, tolerance);
  };

  test("any dimensions of any layout", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, folds, fc.nat(), fc.nat(), fc.nat(3), async ([shape, reduced], fold, ...choices) => {
        const input = layoutOf([...shape, ...reduced], "input", choices[0]);
        const out = layoutOf(shape, "output", choices[1]);
        const [ties, accumulate] = [choices[2] % 2 === 1, choices[2] >= 2];
        const x = numbers(input.length, input.length).map((value) => (ties ? Math.round(4 * value) : value + 1));
        const y = fold === "argmax" ? [] : numbers(out.length, 3);
        const view = bound(1, out, fold === "argmax" ? "int32" : "float32");
        const reduce = {
          fold,
          shape,
          reduced,
          input: bound(0, input),
          out: view,
          accumulate: accumulate && fold === "sum",
        };
        // Sums of positive numbers, so that the error is relative to the result, and sums of whole numbers.
        expect(await run(reduce, [input.length, out.length], [x, y])).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  test("long sums keep their digits", async () => {
    for (const [rows, columns] of [
      [1, 300_000],
      [300_000, 1],
      [70_000, 4],
    ] as const) {
      for (const overRows of [true, false]) {
        const [shape, reduced] = overRows ? [[columns], [rows]] : [[rows], [columns]];
        const input = { ...contiguousLayout([rows, columns]), strides: overRows ? [1, columns] : [columns, 1] };
        const out = contiguousLayout(shape);
        const x = numbers(input.length, 5).map((value) => value + 1);
        const reduce = {
          fold: "sum",
          shape,
          reduced,
          input: bound(0, input),
          out: bound(1, out),
          accumulate: false,
        } as const;
        expect(await run(reduce, [input.length, out.length], [x])).toBeUndefined();
      }
    }
  });

  test("NaN and infinities", async () => {
    const columns = 21;
    const rows = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].flatMap((special) =>
      [0, 3, 20].map((place) => numbers(columns, place).map((x, index) => (index === place ? special : x))),
    );
    rows.push(new Array<number>(columns).fill(Number.NEGATIVE_INFINITY));
    for (const fold of ["sum", "max", "argmax"] as const) {
      for (const turned of [false, true]) {
        const x = turned ? Array.from({ length: columns }, (_, j) => rows.map((row) => row[j]!)).flat() : rows.flat();
        const input = { offset: 0, length: x.length, strides: turned ? [1, rows.length] : [columns, 1] };
        const out = bound(1, contiguousLayout([rows.length]), fold === "argmax" ? "int32" : "float32");
        const reduce = {
          fold,
          shape: [rows.length],
          reduced: [columns],
          input: bound(0, input),
          out,
          accumulate: false,
        };
        expect(await run(reduce, [x.length, rows.length], [x])).toBeUndefined();
      }
    }
  });
});
