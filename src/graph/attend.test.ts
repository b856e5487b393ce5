import { expect, test } from "vitest";
import { expectClose, finiteDifferences, wave } from "../../test/support/numbers.ts";
import { type Loop, plainLoop } from "../../test/support/plain-loop.ts";
import { compile } from "../compile/compile.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { wasmEngine } from "../engine/wasm/wasm.ts";
import * as g from "./index.ts";

const [batch, time, size, features] = [2, 4, 3, 2];

test("a decoder looks at a memory in each of its steps, row by row, with gradients to all", async () => {
  const [reference, wasm] = [new Session(referenceEngine()), new Session(await wasmEngine())];
  const inputs = [
    g.input("xs", [5, batch, features]),
    g.input("kernel", [2 * features + size, size]),
    g.input("keys", [batch, time, size]),
    g.input("values", [batch, time, features]),
  ] as const;
  const [xs, kernel, keys, values] = inputs;
  const counts = g.constant([1, 1, 1, 0, 1, 1, 1, 1], [batch, time]);
  const of = (loop: Loop) => {
    const { outputs } = loop(
      ({ h, context }, { x }) => {
        const next = g.tanh(g.matmul(g.concat([x!, context!, h!]), kernel));
        const looked = g.attend(next, keys, values, counts);
        return { carry: { h: next, context: looked.context }, outputs: { h: next, weights: looked.weights } };
      },
      { h: g.full([batch, size], 0), context: g.full([batch, features], 0) },
      { x: xs },
    );
    return g.add(g.sum(g.square(outputs.h!)), g.sum(g.exp(outputs.weights!)));
  };
  const loss = of(g.scan as Loop);
  const outputs = [loss, of(plainLoop), ...g.gradients(loss, inputs)];
  const lists = inputs.map((x, i) => wave(x.size, i));
  const [value, plain, ...found] = await reference.prepare({ inputs, outputs, updates: [] }).run(lists);
  expectClose(value!, plain!, 1e-12);
  const alone = reference.prepare({ inputs, outputs: [loss], updates: [] });
  const differences = await finiteDifferences(async (at) => (await alone.run([...at]))[0]![0]!, lists);
  for (const [i, gradient] of found.entries()) expectClose(gradient, differences[i]!, 1e-7);
  const fast = await wasm.prepare({ inputs, outputs, updates: [] }).run(lists);
  for (const [i, numbers] of fast.entries()) expectClose(numbers, [value!, plain!, ...found][i]!, 1e-4);

  const scans = compile({ inputs, outputs: [loss, ...g.gradients(loss, inputs)], updates: [] }).program.instructions;
  expect(scans.flatMap((made) => (made.kind === "scan" ? made.rowwise : []))).toEqual([true, true]);
});

test("says which shapes it needs", () => {
  const x = g.input("x", [2, 3]);
  expect(() => g.attend(x, x, x)).toThrow("keys [batch, time, size]");
  expect(() => g.attend(x, g.input("keys", [2, 4, 5]), g.input("values", [2, 4, 3]))).toThrow("[2, 4, 5]");
});
