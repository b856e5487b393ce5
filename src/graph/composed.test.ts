import { expect, test } from "vitest";
import { expectClose, finiteDifferences, wave } from "../../test/support/numbers.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { wasmEngine } from "../engine/wasm/wasm.ts";
import * as g from "./index.ts";
import type { Shape, Tensor } from "./tensor.ts";

const reference = new Session(referenceEngine());
const wasm = new Session(await wasmEngine());

interface Composed {
  readonly name: string;
  readonly of: (x: Tensor) => Tensor;
  /** Pairs of x and y that hold in float32, too. */
  readonly values: readonly (readonly [x: number, y: number])[];
  /** Pairs of x and dy/dx, where finite differences do not say it. */
  readonly slopes?: readonly (readonly [x: number, slope: number])[];
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const functions: readonly Composed[] = [
  {
    name: "square",
    of: g.square,
    values: [
      [-3, 9],
      [0, 0],
      [1e18, 1e36],
      [-inf, inf],
      [nan, nan],
    ],
  },
  {
    name: "relu",
    of: g.relu,
    values: [
      [-3, 0],
      [0, 0],
      [2, 2],
      [-inf, 0],
      [inf, inf],
      [nan, nan],
    ],
    slopes: [
      [-3, 0],
      [0, 0],
      [2, 1],
      [-inf, 0],
      [inf, 1],
    ],
  },
  {
    name: "softplus",
    of: g.softplus,
    values: [
      [0, Math.LN2],
      [1, Math.log1p(Math.E)],
      [-1, Math.log1p(1 / Math.E)],
      [-30, Math.exp(-30)],
      [100, 100],
      [3e38, 3e38],
      [-3e38, 0],
      [inf, inf],
      [-inf, 0],
      [nan, nan],
    ],
    slopes: [
      [0, 0.5],
      [-0, 0.5],
      [100, 1],
      [-200, 0],
      [inf, 1],
    ],
  },
  {
    name: "clip",
    of: (x) => g.clip(x, -1, 2),
    values: [
      [-3, -1],
      [-1, -1],
      [0.5, 0.5],
      [2, 2],
      [7, 2],
      [inf, 2],
      [-inf, -1],
      [nan, nan],
    ],
    slopes: [
      [-3, 0],
      [-1, 1],
      [0.5, 1],
      [2, 1],
      [7, 0],
      [inf, 0],
    ],
  },
  {
    name: "isMissing",
    of: g.isMissing,
    values: [
      [nan, 1],
      [0, 0],
      [inf, 0],
      [-3, 0],
    ],
    slopes: [
      [nan, 0],
      [1, 0],
    ],
  },
  {
    name: "notEqual",
    of: (x) => g.notEqual(x, 2),
    values: [
      [2, 0],
      [1, 1],
      [nan, 1],
      [inf, 1],
    ],
    slopes: [[2, 0]],
  },
];

test.each(functions)("$name", async ({ of, values, slopes = [] }) => {
  const x = g.input("x", [values.length]);
  const computation = { inputs: [x], outputs: [of(x)], updates: [] };
  for (const [session, tolerance] of [
    [reference, 1e-12],
    [wasm, 1e-6],
  ] as const) {
    const [y] = await session.prepare(computation).run([values.map(([value]) => value)]);
    expectClose(
      y!,
      values.map(([, value]) => value),
      tolerance,
      session.engine.name,
    );
  }

  const at = slopes.map(([value]) => value);
  const z = g.input("z", [at.length]);
  const found = await reference
    .prepare({ inputs: [z], outputs: g.gradients(g.sum(of(z)), [z]), updates: [] })
    .run([at]);
  expectClose(
    found[0]!,
    slopes.map(([, slope]) => slope),
    1e-12,
  );
});

/** The values of a function of one tensor, and the derivatives of a weighted sum of them, on both engines. */
async function evaluate(of: (x: Tensor) => Tensor, shape: Shape, values: readonly number[]) {
  const x = g.input("x", shape);
  const y = of(x);
  const loss = g.sum(g.mul(y, g.constant(wave(y.size, 3), y.shape)));
  const computation = { inputs: [x], outputs: [y, ...g.gradients(loss, [x]), loss], updates: [] };
  const [exact, single] = [reference.prepare(computation), wasm.prepare(computation)];
  const [found, rounded] = [await exact.run([values]), await single.run([values])];
  for (const index of [0, 1]) expectClose(rounded[index]!, found[index]!, 1e-5, "wasm");
  const [differences] = await finiteDifferences(
    async ([list]) => (await exact.run([list!]))[2]![0]!,
    [Float64Array.from(values)],
  );
  return { values: found[0]!, derivatives: found[1]!, differences: differences! };
}

test("softmax and its logarithm, far from 0 and near it", async () => {
  const rows = [1, 2, 3, 1e4, -1e4, 9999, -80, -81, -79, 0, 0, 0];
  const exact = [0, 3, 6, 9].flatMap((start) => {
    const row = rows.slice(start, start + 3);
    const top = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
    return row.map((value) => ({ share: Math.exp(value - top) / total, log: value - top - Math.log(total) }));
  });
  const softmax = await evaluate(g.softmax, [4, 3], rows);
  expectClose(
    softmax.values,
    exact.map(({ share }) => share),
    1e-12,
  );
  expectClose(softmax.derivatives, softmax.differences, 1e-6);
  const logarithm = await evaluate(g.logSoftmax, [4, 3], rows);
  expectClose(
    logarithm.values,
    exact.map(({ log }) => log),
    1e-12,
  );
  expectClose(logarithm.derivatives, logarithm.differences, 1e-4);
});

test("what softmax leaves out by −∞ has share 0 and gradient 0", async () => {
  const { values, derivatives } = await evaluate(g.softmax, [1, 3], [1, -inf, 1]);
  expectClose(values, [0.5, 0, 0.5], 1e-12);
  expect(derivatives[1]).toBe(0);
});

test("softmax with NaN is NaN all along its row, and only there", async () => {
  const x = g.input("x", [2, 2]);
  const [y] = await reference.prepare({ inputs: [x], outputs: [g.softmax(x)], updates: [] }).run([[1, nan, 2, 2]]);
  expectClose(y!, [nan, nan, 0.5, 0.5], 1e-12);
});

test("mean", async () => {
  const given = [1, 2, 3, 4, 5, 12];
  const all = await evaluate((x) => g.mean(x), [2, 3], given);
  expectClose(all.values, [4.5], 1e-12);
  expectClose(all.derivatives, all.differences, 1e-6);
  const columns = await evaluate((x) => g.mean(x, { axes: [0], keepDims: true }), [2, 3], given);
  expectClose(columns.values, [2.5, 3.5, 7.5], 1e-12);
  expectClose(columns.derivatives, columns.differences, 1e-6);
  const none = g.input("x", [0]);
  const [nothing] = await reference.prepare({ inputs: [none], outputs: [g.mean(none)], updates: [] }).run([[]]);
  expectClose(nothing!, [nan], 0);
});

test("notEqual of int32", async () => {
  const [a, b] = [g.input("a", [3], "int32"), g.input("b", [3], "int32")];
  const prepared = reference.prepare({ inputs: [a, b], outputs: [g.notEqual(a, b), g.notEqual(a, 2)], updates: [] });
  const [different, two] = await prepared.run([
    [1, 2, 3],
    [1, 3, 3],
  ]);
  expectClose(different!, [0, 1, 0], 0);
  expectClose(two!, [1, 0, 1], 0);
});
