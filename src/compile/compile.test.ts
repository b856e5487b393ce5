import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import { FIRST_BINDING } from "../program/format.ts";
import { compile } from "./compile.ts";

const x = g.input("x", [2, 3]);
const ids = g.input("ids", [2], "int32");
const v = g.variable("v", [2, 3]);
const inputs = [x, ids];
const [x0, v0] = [wave(6, 1), wave(6, 2)];

async function run(outputs: readonly Tensor[], optimize: boolean) {
  const session = new Session(referenceEngine());
  session.set(v, v0);
  return session.prepare({ inputs, outputs, updates: [] }, { optimize }).run([x0, [5, 2_000_000_001]]);
}

const transposed = (list: Float64Array) => [0, 3, 1, 4, 2, 5].map((i) => list[i]!);
const tanh = g.tanh(x);

describe.each([true, false])("outputs, optimize: %s", (optimize) => {
  test.each<[string, readonly Tensor[], readonly ArrayLike<number>[]]>([
    ["none", [], []],
    ["an input", [x], [x0]],
    ["an int32 input", [ids], [[5, 2_000_000_001]]],
    ["a variable", [v], [v0]],
    ["a constant", [g.constant([1, 2])], [[1, 2]]],
    ["a number", [g.full([2, 2], 7)], [[7, 7, 7, 7]]],
    ["a view of an input", [g.transpose(x)], [transposed(x0)]],
    ["a view of what is computed", [g.transpose(tanh), tanh], [transposed(x0.map(Math.tanh)), x0.map(Math.tanh)]],
    ["the same three times", [tanh, tanh, x, x], [x0.map(Math.tanh), x0.map(Math.tanh), x0, x0]],
    ["what is equal", [g.tanh(x), g.tanh(x)], [x0.map(Math.tanh), x0.map(Math.tanh)]],
    [
      "a part of what another joins",
      [tanh, g.concat([tanh, v])],
      [
        x0.map(Math.tanh),
        [0, 1].flatMap((row) => [...x0.map(Math.tanh).slice(3 * row, 3 * row + 3), ...v0.slice(3 * row, 3 * row + 3)]),
      ],
    ],
    ["parts", g.split(g.mul(x, 2), 3), [0, 1, 2].map((i) => [2 * x0[i]!, 2 * x0[3 + i]!])],
    ["a label and what it labels", [g.label(tanh, "a"), tanh], [x0.map(Math.tanh), x0.map(Math.tanh)]],
    [
      "a broadcast",
      [g.broadcastTo(g.full([1], 3), [2, 2]), g.broadcastTo(g.take(x, 0, 0), [2, 3])],
      [
        [3, 3, 3, 3],
        [...x0.slice(0, 3), ...x0.slice(0, 3)],
      ],
    ],
    [
      "what another output is computed from",
      [tanh, g.sum(tanh)],
      [x0.map(Math.tanh), [x0.map(Math.tanh).reduce((a, b) => a + b)]],
    ],
  ])("%s", async (_, outputs, expected) => {
    const found = await run(outputs, optimize);
    expect(found).toHaveLength(expected.length);
    for (const [i, list] of expected.entries()) expectClose(found[i]!, list, 1e-12, `output ${i}`);
  });

  test("of a scan: carries, stacks, the same twice, and views of them", async () => {
    const xs = g.reshape(x, [3, 2, 1]);
    const { carry, outputs } = g.scan(
      ({ s }, { x }) => {
        const next = g.add(s, x);
        return { carry: { s: next }, outputs: { next, before: s, x } };
      },
      { s: g.full([2, 1], 1) },
      { x: xs },
    );
    const sums = [
      [0, 1],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4, 5],
    ].map((_, t) =>
      [0, 1].map((row) => 1 + Array.from({ length: t + 1 }, (_, i) => x0[2 * i + row]!).reduce((a, b) => a + b)),
    );
    const found = await run(
      [carry.s, outputs.next, outputs.next, outputs.before, outputs.x, g.take(outputs.next, 0, 1)],
      optimize,
    );
    const expected = [sums[2]!, sums.flat(), sums.flat(), [1, 1, ...sums[0]!, ...sums[1]!], x0, sums[1]!];
    for (const [i, list] of expected.entries()) expectClose(found[i]!, list, 1e-12, `output ${i}`);
  });
});

describe("the program", () => {
  test("binds inputs, variables and outputs in order", () => {
    const w = g.variable("w", [2]);
    const computation = { inputs, outputs: [g.add(x, v)], updates: [{ variable: w, value: g.full([2], 1) }] };
    const { program, variables } = compile(computation);
    expect(variables).toEqual([v, w]);
    expect(program.bindings.map(({ name, role, dtype }) => `${role} ${name} ${dtype}`)).toEqual([
      "input x float32",
      "input ids int32",
      "variable v float32",
      "variable w float32",
      "output output 0 float32",
    ]);
  });

  test("computes an output right into its place", () => {
    const { instructions, arenaSize } = compile({ inputs, outputs: [g.add(x, v)], updates: [] }).program;
    expect(instructions).toHaveLength(1);
    expect(instructions[0]).toMatchObject({ kind: "map", outputs: [{ view: { slot: FIRST_BINDING + 3 } }] });
    expect(arenaSize).toBe(0);
  });

  test("computes the parts of a concatenation right into it", () => {
    const joined = g.concat([g.tanh(x), g.matmul(x, g.constant(wave(9), [3, 3])), g.neg(v)]);
    const kinds = compile({ inputs, outputs: [joined], updates: [] }).program.instructions.map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["map", "map", "matmul"]);
  });

  test("does not do what nobody needs, in a loop either", () => {
    const xs = g.input("xs", [3, 2, 3]);
    const { carry } = g.scan(
      ({ s, unused }, { x }) => {
        const product = g.matmul(unused, g.constant(wave(9), [3, 3]));
        return { carry: { s: g.add(s, x), unused: product }, outputs: { product, s } };
      },
      { s: v, unused: v },
      { x: xs },
    );
    const { instructions } = compile({ inputs: [xs], outputs: [carry.s], updates: [] }).program;
    const scan = instructions.find((instruction) => instruction.kind === "scan");
    expect(scan?.body.map(({ kind }) => kind)).toEqual(["map"]);
    expect(scan?.before).toHaveLength(1);
  });

  test("is plain data", () => {
    const xs = g.input("xs", [3, 2, 3]);
    const { outputs } = g.scan(({ s }, { x }) => ({ carry: { s: g.add(s, x) }, outputs: { s } }), { s: v }, { x: xs });
    const { program } = compile({
      inputs: [xs],
      outputs: [outputs.s, ...g.gradients(g.sum(outputs.s), [v])],
      updates: [],
    });
    expect(JSON.parse(JSON.stringify(program))).toEqual(program);
  });
});

describe("what does not fit", () => {
  const says = (make: () => unknown, message: string) => expect(make).toThrow(expect.objectContaining({ message }));

  test("an input that is not listed", () => {
    says(
      () => compile({ inputs: [ids], outputs: [g.tanh(x)], updates: [] }),
      "Expected all inputs to be given to the computation, got no x: list every input that the outputs depend on.",
    );
  });

  test("two new values for one variable", () => {
    says(
      () =>
        compile({
          inputs,
          outputs: [],
          updates: [
            { variable: v, value: x },
            { variable: v, value: g.neg(x) },
          ],
        }),
      "Expected one new value for each variable, got two for v.",
    );
  });
});
