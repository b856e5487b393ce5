import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../graph/tensor.ts";
import type { Instruction, View } from "../../program/format.ts";
import { disagreement } from "./disagreement.ts";
import { engines, named } from "./engines.ts";
import { bindingOf, bound, contiguousLayout, type Layout, layoutOf, numbers, programOf } from "./layout.ts";

const counts = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 });
const widths = fc.integer({ min: 1, max: 20 });

/** The same layout for [...count, width] with one index for each width. */
function indexView(binding: number, { offset, strides }: Layout): View {
  return { ...bound(binding, { offset, strides: [...strides, 0], length: 0 }), dtype: "int32" };
}

describe.each(engines.map((engine) => [named(engine), engine] as const))("on %s", (_, engine) => {
  const rowCases = fc.tuple(counts, widths, fc.integer({ min: 0, max: 6 })).chain(([count, width, rows]) =>
    fc.record({
      count: fc.constant(count),
      width: fc.constant(width),
      rows: fc.constant(rows),
      table: fc.nat(),
      indices: fc.nat(),
      values: fc.nat(),
      // Some indices name no row.
      chosen: fc.array(fc.integer({ min: -2, max: rows + 1 }), { minLength: 1, maxLength: 20 }),
    }),
  );

  test.each(["gather", "scatterAdd"] as const)("%s with indices that name no row", async (kind) => {
    await fc.assert(
      fc.asyncProperty(rowCases, async ({ count, width, rows, chosen, ...choices }) => {
        const shape = [...count, width];
        const table = layoutOf([rows, width], "output", choices.table);
        const indices = layoutOf(count, "input", choices.indices);
        const values = layoutOf(shape, "output", choices.values);
        const tableView = bound(0, table);
        const valueView = bound(2, values);
        const instruction: Instruction =
          kind === "gather"
            ? { kind, shape, rows, table: tableView, indices: indexView(1, indices), out: valueView }
            : { kind, shape, rows, out: tableView, indices: indexView(1, indices), input: valueView };
        const bindings = [
          bindingOf("table", "variable", table.length),
          bindingOf("indices", "input", indices.length, "int32"),
          bindingOf("values", "variable", values.length),
        ];
        const named = Array.from({ length: indices.length }, (_, index) => chosen[index % chosen.length]!);
        const contents = [numbers(table.length, 1), named, numbers(values.length, 2)];
        expect(await disagreement(engine, programOf(bindings, [instruction]), contents)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  const shapes = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 5 }),
    fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })),
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
  );

  test("copy from any layout to any other", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(), fc.nat(), fc.boolean(), async (shape, from, to, whole) => {
        const dtype = whole ? "int32" : "float32";
        const input = layoutOf(shape, "input", from);
        const out = layoutOf(shape, "output", to);
        const copy: Instruction = { kind: "copy", shape, input: bound(0, input, dtype), out: bound(1, out, dtype) };
        const bindings = [bindingOf("x", "input", input.length, dtype), bindingOf("y", "variable", out.length, dtype)];
        const values = [numbers(input.length, 1, 1000), numbers(out.length, 2, 1000)].map((list) =>
          list.map(Math.round),
        );
        expect(await disagreement(engine, programOf(bindings, [copy]), values)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test("random numbers are the same bits", async () => {
    for (const [size, stream, key] of [
      [1, 0, [0, 0]],
      [7, 3, [1, -5]],
      [4099, 123456, [2147483647, -2147483648]],
    ] as const) {
      const random: Instruction = {
        kind: "random",
        size,
        stream,
        key: bound(0, contiguousLayout([2]), "int32"),
        out: bound(1, { ...contiguousLayout([size]), offset: 1 }),
      };
      const bindings = [bindingOf("key", "input", 2, "int32"), bindingOf("out", "output", sizeOf([size]) + 2)];
      const exact = { relative: 0, absolute: 0 };
      expect(await disagreement(engine, programOf(bindings, [random]), [key], exact)).toBeUndefined();
    }
  });
});
