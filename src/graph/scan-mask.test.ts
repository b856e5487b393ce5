import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { wasmEngine } from "../engine/wasm/wasm.ts";
import * as g from "./index.ts";
import type { Tensor } from "./tensor.ts";

const reference = new Session(referenceEngine());
const wasm = new Session(await wasmEngine());

const [time, batch, units] = [4, 3, 2];

/** Which steps count, [time][row]. */
const masks: Readonly<Record<string, readonly (readonly number[])[]>> = {
  "padding on the right": [
    [1, 1, 1],
    [1, 1, 1],
    [1, 0, 1],
    [0, 0, 1],
  ],
  "padding on the left": [
    [1, 0, 0],
    [1, 1, 0],
    [1, 1, 0],
    [1, 1, 1],
  ],
  "gaps in the middle": [
    [1, 1, 0],
    [0, 1, 1],
    [0, 0, 0],
    [1, 0, 1],
  ],
  "a row of padding": [
    [1, 0, 1],
    [0, 0, 1],
    [1, 0, 1],
    [1, 0, 0],
  ],
  "nothing but padding": [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ],
  "all steps": [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ],
};

const xs = g.input("xs", [time, batch, units]);
const tokens = g.input("tokens", [time, batch], "int32");
const mask = g.input("mask", [time, batch]);
const table = g.input("table", [3, units]);
const kernel = g.input("kernel", [units, units]);
const state = g.input("state", [batch, units]);
const count = g.input("count", [batch], "int32");
const inputs = [xs, tokens, mask, table, kernel, state, count];
const wrt = [xs, table, kernel, state];

/** A step with a carry that is an output, one that is not, one of int32, and outputs that are no carry. */
function step({ h, slow, count }: Record<"h" | "slow" | "count", Tensor>, { x, token }: Record<"x" | "token", Tensor>) {
  const next = g.tanh(g.add(g.add(x, g.matmul(h, kernel)), g.gather(table, token)));
  const carry = { h: next, slow: g.add(g.mul(slow, 0.5), next), count: g.toInt(g.add(g.toFloat(count), 1)) };
  return { carry, outputs: { h: next, square: g.mul(next, x), before: h, token } };
}

type Results = { readonly carry: Readonly<Record<string, Tensor>>; readonly outputs: Readonly<Record<string, Tensor>> };

/** One row after the other, only through the steps that count. */
function rowByRow(counts: readonly (readonly number[])[], reverse: boolean): Results {
  const rows = Array.from({ length: batch }, (_, row): Results => {
    const only = (x: Tensor, axis = 0) => g.sliceAxis(x, axis, row, 1);
    let carry = { h: only(state), slow: g.full([1, units], 0), count: only(count) };
    const none = g.full([1, units], 0);
    const outputs: Record<string, Tensor>[] = [];
    for (let i = 0; i < time; i++) {
      const t = reverse ? time - 1 - i : i;
      const masked = { h: carry.h, square: none, before: none, token: g.toInt(g.full([1], 0)) };
      if (counts[t]![row] === 0) outputs[t] = masked;
      else {
        const made = step(carry, { x: g.take(only(xs, 1), 0, t), token: g.take(only(tokens, 1), 0, t) });
        carry = made.carry;
        outputs[t] = made.outputs;
      }
    }
    const names = Object.keys(outputs[0]!);
    return {
      carry,
      outputs: Object.fromEntries(names.map((name) => [name, g.stack(outputs.map((list) => list[name]!))])),
    };
  });
  const join = (part: keyof Results, axis: number) =>
    Object.fromEntries(
      Object.keys(rows[0]![part]).map((name) => [
        name,
        g.concat(
          rows.map((row) => row[part][name]!),
          axis,
        ),
      ]),
    );
  return { carry: join("carry", 0), outputs: join("outputs", 1) };
}

function withGradients({ carry, outputs }: Results) {
  const results = [...Object.values(carry), ...Object.values(outputs)];
  const terms = results
    .filter((x) => x.dtype === "float32")
    .map((x, index) => g.sum(g.mul(x, g.constant(wave(x.size, index), x.shape))));
  const loss = terms.reduce((total, term) => g.add(total, term));
  return { inputs, outputs: [...results, ...g.gradients(loss, wrt)], updates: [] };
}

const start = () => ({ h: state, slow: g.full([batch, units], 0), count });

/** What is given; masked steps hold what must not be seen. */
function numbers(counts: readonly (readonly number[])[]): Float64Array[] {
  const isMasked = (index: number) => counts.flat()[index] === 0;
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return [
    wave(xs.size, 1).map((value, index) => (isMasked(Math.floor(index / units)) ? bad[index % 3]! : value)),
    Float64Array.from({ length: tokens.size }, (_, index) =>
      isMasked(index) ? [-1, 3, 123456][index % 3]! : index % 3,
    ),
    Float64Array.from(counts.flat()),
    wave(table.size, 2),
    wave(kernel.size, 3),
    wave(state.size, 4),
    Float64Array.of(7, 8, 9),
  ];
}

async function compare(counts: readonly (readonly number[])[], scanned: Results, plain: Results): Promise<void> {
  const given = numbers(counts);
  const expected = await reference.prepare(withGradients(plain), { optimize: false }).run(given);
  for (const list of expected) expect(list.every(Number.isFinite)).toBe(true);
  for (const [about, session, optimize, tolerance] of [
    ["literal", reference, false, 1e-12],
    ["optimized", reference, true, 1e-12],
    ["wasm", wasm, true, 1e-5],
  ] as const) {
    const found = await session.prepare(withGradients(scanned), { optimize }).run(given);
    for (const [i, list] of expected.entries()) expectClose(found[i]!, list, tolerance, `${about}, output ${i}`);
  }
}

describe.each(Object.entries(masks))("%s", (_, counts) => {
  test.each([false, true])("reverse: %s", async (reverse) => {
    await compare(
      counts,
      g.scan(step, start(), { x: xs, token: tokens }, { mask, reverse }),
      rowByRow(counts, reverse),
    );
  });
});

test.each([false, true])("lengths, reverse: %s", async (reverse) => {
  const lengths = [3, 0, 4];
  const counts = Array.from({ length: time }, (_, t) => lengths.map((length) => (t < length ? 1 : 0)));
  const options = { lengths: g.constant(lengths, [batch], "int32"), reverse };
  await compare(counts, g.scan(step, start(), { x: xs, token: tokens }, options), rowByRow(counts, reverse));
});

test("a mask of its own for each element of a row", async () => {
  const [x, s] = [g.input("x", [2, 1, 3]), g.input("s", [1, 3])];
  const fine = g.constant([1, 0, 1, 0, 0, 1], [2, 1, 3]);
  const { carry } = g.scan(({ s }, { x }) => ({ carry: { s: g.add(s, x) } }), { s }, { x }, { mask: fine });
  const [sums] = await reference.prepare({ inputs: [x, s], outputs: [carry.s], updates: [] }).run([
    [1, 2, 3, 4, 5, 6],
    [10, 20, 30],
  ]);
  expectClose(sums!, [11, 20, 39], 0);
});

describe("what does not fit", () => {
  const sequence = g.input("x", [4, 3, 2]);
  const initial = { s: g.full([3, 2], 0) };
  const add = ({ s }: { s: Tensor }, { x }: { x: Tensor }) => ({ carry: { s: g.add(s, x) } });
  const says = (make: () => unknown, message: string) => expect(make).toThrow(expect.objectContaining({ message }));

  test("a mask of other steps or rows", () => {
    says(
      () => g.scan(add, initial, { x: sequence }, { mask: g.full([5, 3], 1) }),
      "Expected `mask` of scan() to have 4 steps on its first axis, got [5, 3]: masks are [time, batch].",
    );
    says(
      () => g.scan(add, initial, { x: sequence }, { mask: g.full([4, 1], 1) }),
      "Expected sequence `x` of a masked scan() to begin with the axes of the mask, [4, 1], got [4, 3, 2].",
    );
    says(
      () => g.scan(add, initial, { x: sequence }, { lengths: g.full([3, 1], 1) }),
      "Expected `lengths` of scan() to be [batch], got [3, 1].",
    );
    says(
      () => g.scan(add, initial, { x: sequence }, { lengths: g.full([3], 1), mask: g.full([4, 3], 1) }),
      "Expected scan() to get `mask` or `lengths`, got both.",
    );
  });

  test("carries, outputs and labels without rows", () => {
    const mask = g.full([4, 3], 1);
    const total = ({ s }: { s: Tensor }, { x }: { x: Tensor }) => ({ carry: { s: g.add(s, g.sum(x)) } });
    says(
      () => g.scan(total, { s: g.full([], 0) }, { x: sequence }, { mask }),
      "Expected carry `s` of a masked scan() to begin with the axes of the mask, [3], got [].",
    );
    says(
      () => g.scan(({ s }, { x }) => ({ carry: { s }, outputs: { y: g.sum(x) } }), initial, { x: sequence }, { mask }),
      "Expected output `y` of a masked scan() to begin with the axes of the mask, [3], got [].",
    );
    says(
      () =>
        g.scan(
          ({ s }, { x }) => ({ carry: { s: g.mul(s, g.label(g.sum(x), "total")) } }),
          initial,
          { x: sequence },
          { mask },
        ),
      "Expected label `total` of a masked scan() to begin with the axes of the mask, [3], got [].",
    );
  });
});
