import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import type { Computation } from "../graph/computation.ts";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import { compile } from "./compile.ts";

type Updates = Computation["updates"];

/** Runs once from given numbers; returns outputs and the variables' new numbers. */
async function run(
  variables: readonly Tensor[],
  updates: Updates,
  outputs: readonly Tensor[] = [],
  inputs: readonly Tensor[] = [],
) {
  const session = new Session(referenceEngine());
  for (const [i, variable] of variables.entries()) session.set(variable, wave(variable.size, i));
  const values = inputs.map((x, i) => wave(x.size, 20 + i));
  const found = await session.prepare({ inputs, outputs, updates }).run(values);
  return { outputs: found, variables: variables.map((variable) => session.get(variable)) };
}

const kinds = (updates: Updates, outputs: readonly Tensor[] = [], inputs: readonly Tensor[] = []) =>
  compile({ inputs, outputs, updates }).program.instructions.map(({ kind }) => kind);

const [v, w] = [g.variable("v", [2, 3]), g.variable("w", [2, 3])];
const square = g.variable("square", [2, 2]);
const x = g.input("x", [2, 3]);
const [v0, w0, square0, x0] = [wave(6, 0), wave(6, 1), wave(4, 2), wave(6, 20)];

test("a swap", async () => {
  const swap = [
    { variable: v, value: w },
    { variable: w, value: v },
  ];
  const { variables } = await run([v, w], swap);
  expectClose(variables[0]!, w0, 0);
  expectClose(variables[1]!, v0, 0);
});

test("an update is written in place, in one instruction", () => {
  expect(kinds([{ variable: v, value: g.add(g.mul(v, 0.9), x) }], [], [x])).toEqual(["map"]);
});

test("what reads a variable sees its old numbers, also after the update was computed", async () => {
  const next = g.add(v, 1);
  const outputs = [g.sum(g.mul(next, v)), next, v, g.matmul(v, g.transpose(next))];
  const { outputs: found, variables } = await run([v], [{ variable: v, value: next }], outputs);
  expectClose(
    variables[0]!,
    v0.map((value) => value + 1),
    0,
  );
  expectClose(found[0]!, [v0.reduce((sum, value) => sum + value * (value + 1), 0)], 1e-12);
  expectClose(
    found[1]!,
    v0.map((value) => value + 1),
    0,
  );
  expectClose(found[2]!, v0, 0);
});

test("a value that is read in another order than it is written", async () => {
  const next = g.add(square, g.transpose(square));
  const { variables } = await run([v, w, square], [{ variable: square, value: next }]);
  const [a, b, c, d] = square0 as unknown as [number, number, number, number];
  expectClose(variables[2]!, [2 * a, b + c, b + c, 2 * d], 1e-12);
});

describe("values that are made elsewhere", () => {
  test.each<[string, Tensor, readonly number[] | Float64Array]>([
    ["the variable itself", v, v0],
    ["another variable", w, w0],
    ["a view of itself", g.reverse(v, 1), [2, 1, 0, 5, 4, 3].map((i) => v0[i]!)],
    ["a view of another", g.reshape(g.transpose(w), [2, 3]), [0, 3, 1, 4, 2, 5].map((i) => w0[i]!)],
    ["an input", x, x0],
    ["a number", g.full([2, 3], 7), [7, 7, 7, 7, 7, 7]],
    ["a constant", g.constant([1, 2, 3, 4, 5, 6], [2, 3]), [1, 2, 3, 4, 5, 6]],
    [
      "a part of something computed",
      g.sliceAxis(g.tanh(g.concat([v, w])), 1, 2, 3),
      [v0[2]!, w0[0]!, w0[1]!, v0[5]!, w0[3]!, w0[4]!].map(Math.tanh),
    ],
  ])("%s", async (_, value, expected) => {
    const { variables } = await run([v, w], [{ variable: v, value }], [], [x]);
    expectClose(variables[0]!, expected, 1e-12);
    expectClose(variables[1]!, w0, 0);
  });

  test("nothing is done for the variable itself", () => {
    expect(kinds([{ variable: v, value: v }])).toEqual([]);
  });

  test("one value for two variables, which is an output, too", async () => {
    const value = g.tanh(x);
    const { outputs, variables } = await run(
      [v, w],
      [
        { variable: v, value },
        { variable: w, value },
      ],
      [value],
      [x],
    );
    for (const list of [...outputs, ...variables]) expectClose(list, x0.map(Math.tanh), 1e-12);
  });

  test("a variable that is written and never read", async () => {
    const { variables } = await run([v], [{ variable: v, value: g.neg(x) }], [], [x]);
    expectClose(
      variables[0]!,
      x0.map((value) => -value),
      0,
    );
  });

  test("int32", async () => {
    const count = g.variable("count", [2], "int32");
    const session = new Session(referenceEngine());
    session.set(count, [5, 2_000_000_000]);
    const next = g.select(g.constant([1, 0]), g.toInt(g.add(g.toFloat(count), 1)), count);
    await session.prepare({ inputs: [], outputs: [], updates: [{ variable: count, value: next }] }).run([]);
    expect(Array.from(session.get(count))).toEqual([6, 2_000_000_000]);
  });
});

test("a state that a scan begins with and that it ends in", async () => {
  const xs = g.input("xs", [3, 2, 3]);
  const state = g.variable("state", [2, 3]);
  const { carry, outputs } = g.scan(
    ({ s }, { x }) => ({ carry: { s: g.add(g.mul(s, 0.5), x) }, outputs: { s } }),
    { s: state },
    { x: xs },
  );
  const session = new Session(referenceEngine());
  session.set(state, v0);
  const computation = { inputs: [xs], outputs: [outputs.s], updates: [{ variable: state, value: carry.s }] };
  const prepared = session.prepare(computation);
  let expected = v0;
  for (const pass of [1, 2]) {
    const numbers = wave(18, pass);
    const [before] = await prepared.run([numbers]);
    expectClose(before!.slice(0, 6), expected, 1e-12);
    for (let t = 0; t < 3; t++) expected = expected.map((value, i) => value * 0.5 + numbers[t * 6 + i]!);
    expectClose(session.get(state), expected, 1e-12);
  }
});

/** New values made of variables a, b and c, each [2, 2]. */
const values: readonly ((a: Tensor, b: Tensor, c: Tensor) => Tensor)[] = [
  (a) => a,
  (a) => g.transpose(a),
  (a) => g.reverse(a, 0),
  (a, b) => g.add(a, b),
  (a, b) => g.add(a, g.transpose(b)),
  (a, b, c) => g.mul(g.add(a, b), g.sub(g.reverse(c, 1), a)),
  (a, b) => g.matmul(a, b),
  (a, b) => g.concat([g.sliceAxis(a, 0, 1, 1), g.neg(g.sliceAxis(b, 0, 0, 1))], 0),
  (a) => g.add(g.sum(a, { axes: [0] }), g.neg(a)),
  () => g.full([2, 2], 3),
  (a, b) =>
    g.take(
      g.scan(({ s }, { x }) => ({ carry: { s: g.add(s, x) }, outputs: { s } }), { s: a }, { x: g.stack([b, a]) })
        .outputs.s,
      0,
      1,
    ),
  (a, b) =>
    g.scan(({ s }, { x }) => ({ carry: { s: g.add(g.matmul(s, b), x) } }), { s: a }, { x: g.stack([b, a]) }).carry.s,
];

test("all updates happen at once, whatever they read", async () => {
  const choice = fc.tuple(fc.nat(values.length - 1), fc.nat(3), fc.nat(3), fc.nat(3));
  await fc.assert(
    fc.asyncProperty(
      fc.array(choice, { minLength: 4, maxLength: 4 }),
      fc.array(fc.nat(7), { maxLength: 3 }),
      async (choices, extra) => {
        const variables = [0, 1, 2, 3].map((i) => g.variable(`v${i}`, [2, 2]));
        const next = choices.map(([which, a, b, c]) => values[which]!(variables[a]!, variables[b]!, variables[c]!));
        const updates = variables.map((variable, i) => ({ variable, value: next[i]! }));
        const outputs = extra.map((i) => (i < 4 ? next[i]! : variables[i - 4]!));
        const alone = await run(variables, [], [...next, ...outputs]);
        const together = await run(variables, updates, outputs);
        for (const [i, list] of together.variables.entries())
          expectClose(list, alone.outputs[i]!, 1e-12, `variable ${i}`);
        for (const [i, list] of together.outputs.entries())
          expectClose(list, alone.outputs[4 + i]!, 1e-12, `output ${i}`);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
