/** A product sums up the columns of what it multiplies by, where somebody wants them. */
import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { engines } from "../engine/agreement/engines.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Instruction } from "../program/format.ts";
import { compile } from "./compile.ts";

const [T, B, I, N] = [6, 7, 4, 20];
const x = g.input("x", [T, B, I]);
const z = g.input("z", [T, B, N]);
const mask = g.input("mask", [T, B]);
/** Zeros where the mask is 0. */
const masked = g.select(g.broadcastTo(g.reshape(mask, [T, B, 1]), [T, B, I]), x, g.full([T, B, I], 0));
/** The gradient of weights, and of a bias beside them. */
const product = (left: Tensor, right: Tensor) =>
  g.matmul(g.transposeLast(g.reshape(left, [T * B, -1])), g.reshape(right, [T * B, -1]));
const sumOf = (right: Tensor) => g.sum(right, { axes: [0, 1] });

const outline = (outputs: readonly Tensor[]) =>
  compile({ inputs: [x, z, mask], outputs, updates: [] }).program.instructions.map((i: Instruction) =>
    i.kind === "matmul" && i.columnSums ? "product and sums" : i.kind,
  );

describe("sums of columns", () => {
  test("are made by the product that reads them, whichever comes first", () => {
    expect(outline([product(x, z), sumOf(z)])).toEqual(["product and sums"]);
    expect(outline([sumOf(z), product(x, z)])).toEqual(["product and sums"]);
  });

  test("once, where two products read them", () => {
    const kinds = outline([product(x, z), sumOf(z), product(g.tanh(x), z)]);
    expect(kinds.filter((kind) => kind === "product and sums")).toHaveLength(1);
    expect(kinds).not.toContain("reduce");
  });

  test("not of other numbers or axes, nor where the product waits for them", () => {
    expect(outline([product(x, z), sumOf(g.tanh(z))])).toContain("reduce");
    expect(outline([product(x, z), g.sum(z, { axes: [0] })])).toContain("reduce");
    expect(outline([product(x, z), g.sum(z, { axes: [2] })])).toContain("reduce");
    const scaled = product(g.mul(x, g.broadcastTo(g.sum(sumOf(z)), [T, B, I])), z);
    expect(outline([scaled])).toContain("reduce");
  });

  test("not where the product leaves out rows", () => {
    expect(outline([product(masked, z), sumOf(z)])).toContain("reduce");
  });

  test("numbers stay as they are", async () => {
    const outputs = [product(x, z), sumOf(z), product(g.tanh(x), z)];
    const values = [wave(x.size, 1), wave(z.size, 2), Array.from({ length: mask.size }, (_, i) => (i % 3 > 0 ? 1 : 0))];
    for (const wanted of [outputs, [product(masked, z), sumOf(z)]]) await expectSame(wanted, values);
  });
});

async function expectSame(outputs: readonly Tensor[], values: readonly ArrayLike<number>[]): Promise<void> {
  const computation = { inputs: [x, z, mask], outputs, updates: [] };
  const wanted = await new Session(referenceEngine()).prepare(computation, { optimize: false }).run(values);
  for (const engine of engines) {
    const found = await new Session(engine).prepare(computation).run(values);
    for (const [i, list] of wanted.entries()) expectClose(found[i]!, list, 1e-5, `output ${i}`);
  }
}
