import { describe, expect, test } from "vitest";
import { expectClose, finiteDifferences, wave } from "../../test/support/numbers.ts";
import { type Loop, plainLoop } from "../../test/support/plain-loop.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { wasmEngine } from "../engine/wasm/wasm.ts";
import * as g from "./index.ts";
import type { DType, Shape, Tensor } from "./tensor.ts";

const reference = new Session(referenceEngine());
const wasm = new Session(await wasmEngine());

interface Given {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: Float64Array;
}

let seed = 0;
const x = (...shape: number[]): Given => {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, dtype: "float32", values: wave(size, seed++) };
};
const integers = (shape: Shape, ...values: number[]): Given => {
  return { shape, dtype: "int32", values: Float64Array.from(values) };
};

interface Case {
  readonly name: string;
  readonly inputs: readonly Given[];
  /** Results to compare, made with `scan` or with a plain loop. */
  readonly of: (loop: Loop, ...inputs: Tensor[]) => readonly Tensor[];
}

/** A short name for each of the results that a loop gives. */
function all({ carry, outputs }: { carry: g.Tensors; outputs: g.Tensors }): Tensor[] {
  return [...Object.values(carry), ...Object.values(outputs)];
}

const lstm: Case["of"] = (loop, xs, w, u, b, h, c) =>
  all(
    loop(
      ({ h, c }, { x }) => {
        const [i, f, candidate, o] = g.split(g.add(g.add(g.matmul(x, w!), g.matmul(h, u!)), b!), 4);
        const cNext = g.add(g.mul(g.sigmoid(f), c), g.mul(g.sigmoid(i), g.tanh(candidate)));
        const hNext = g.mul(g.sigmoid(o), g.tanh(cNext));
        return { carry: { h: hNext, c: cNext }, outputs: { h: hNext } };
      },
      { h: h!, c: c! },
      { x: xs! },
    ),
  );

const rnn: Case["of"] = (loop, xs, w, h) =>
  all(
    loop(
      ({ h }, { x }) => {
        const next = g.tanh(g.add(x, g.matmul(h, w!)));
        return { carry: { h: next }, outputs: { next } };
      },
      { h: h! },
      { x: xs! },
    ),
  );

const cases: readonly Case[] = [
  { name: "a simple network", inputs: [x(4, 3, 2), x(2, 2), x(3, 2)], of: rnn },
  { name: "one step", inputs: [x(1, 3, 2), x(2, 2), x(3, 2)], of: rnn },
  { name: "one row", inputs: [x(4, 1, 2), x(2, 2), x(1, 2)], of: rnn },
  { name: "one unit", inputs: [x(4, 3, 1), x(1, 1), x(3, 1)], of: rnn },
  { name: "one of each", inputs: [x(1, 1, 1), x(1, 1), x(1, 1)], of: rnn },
  { name: "rows in several blocks, the last one smaller", inputs: [x(2, 29, 2), x(2, 2), x(29, 2)], of: rnn },
  {
    name: "long short-term memory",
    inputs: [x(3, 2, 2), x(2, 12), x(3, 12), x(12), x(2, 3), x(2, 3)],
    of: lstm,
  },
  {
    name: "as many rows as units and features",
    inputs: [x(3, 2, 2), x(2, 8), x(2, 8), x(8), x(2, 2), x(2, 2)],
    of: lstm,
  },
  {
    name: "only the last state counts",
    inputs: [x(3, 2, 2), x(2, 12), x(3, 12), x(12), x(2, 3), x(2, 3)],
    of: (...given) => lstm(...given).slice(0, 1),
  },
  {
    name: "only the outputs count",
    inputs: [x(3, 2, 2), x(2, 12), x(3, 12), x(12), x(2, 3), x(2, 3)],
    of: (...given) => lstm(...given).slice(2),
  },
  {
    name: "carries that swap",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2)],
    of: (loop, xs, a, b) =>
      all(
        loop(
          ({ a, b }, { x }) => ({ carry: { a: b, b: a }, outputs: { y: g.mul(x, a) } }),
          { a: a!, b: b! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "carries that swap and grow",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2)],
    of: (loop, xs, a, b) =>
      all(loop(({ a, b }, { x }) => ({ carry: { a: g.mul(b, x), b: g.add(a, x) } }), { a: a!, b: b! }, { x: xs! })),
  },
  {
    name: "a delay line",
    inputs: [x(5, 2, 1), x(2, 1), x(2, 1), x(2, 1)],
    of: (loop, xs, a, b, c) =>
      all(
        loop(
          ({ a, b, c }, { x }) => ({
            carry: { a: g.tanh(g.add(x, g.mul(c, a))), b: a, c: b },
            outputs: { delayed: c, sum: g.add(g.mul(a, b), c) },
          }),
          { a: a!, b: b!, c: c! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "a delay line that nobody watches",
    inputs: [x(5, 2, 1), x(2, 1), x(2, 1)],
    of: (loop, xs, a, b) =>
      all(loop(({ a, b }, { x }) => ({ carry: { a: g.mul(x, b), b: a } }), { a: a!, b: b! }, { x: xs! })),
  },
  {
    name: "carries that stay, that are not read, and that follow x",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2), x(2, 2)],
    of: (loop, xs, a, b, c) =>
      all(
        loop(
          ({ a }, { x }) => ({ carry: { a, b: g.mul(x, 2), c: x }, outputs: { y: g.mul(a, x) } }),
          { a: a!, b: b!, c: c! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "two carries with one next value",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2)],
    of: (loop, xs, a, b) =>
      all(
        loop(
          ({ a, b }, { x }) => {
            const next = g.tanh(g.add(g.mul(a, b), x));
            return { carry: { a: next, b: next }, outputs: { next, again: next } };
          },
          { a: a!, b: b! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "two carries with one next value that nobody watches",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2)],
    of: (loop, xs, a, b) =>
      all(
        loop(
          ({ a, b }, { x }) => {
            const next = g.tanh(g.add(g.mul(a, b), x));
            return { carry: { a: next, b: next } };
          },
          { a: a!, b: b! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "outputs of every origin",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2)],
    of: (loop, xs, s, constant) =>
      all(
        loop(
          ({ s }, { x }) => {
            const next = g.mul(s, x);
            const outputs = {
              before: s,
              after: next,
              x,
              constant: constant!,
              derived: g.tanh(constant!),
              full: g.full([2], 3),
              afterAgain: next,
              view: g.transpose(next),
              part: g.sliceAxis(s, 1, 1, 1),
            };
            return { carry: { s: next }, outputs };
          },
          { s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "carries and outputs that are views of each other",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 4)],
    of: (loop, xs, a, b) =>
      all(
        loop(
          ({ a, b }, { x }) => {
            const [left, right] = g.split(b, 2);
            const mixed = g.concat([right, g.mul(left, x)]);
            return { carry: { a: g.reverse(left, 1), b: mixed }, outputs: { y: g.reshape(mixed, [2, 2, 2]), a } };
          },
          { a: a!, b: b! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "int32: a counter, a last token, sequences and a gather of what they name",
    inputs: [x(3, 2, 2), integers([3, 2], 0, 1, 2, 2, 1, 0), integers([2], 5, 6), x(3, 2), x(2, 2)],
    of: (loop, xs, tokens, counts, table, s) =>
      all(
        loop(
          ({ s, last, count }, { x, token }) => {
            const embedded = g.gather(table!, token);
            const next = g.add(g.mul(s, embedded), g.mul(x, g.reshape(g.toFloat(count), [2, 1])));
            return {
              carry: { s: next, last: token, count: g.toInt(g.add(g.toFloat(count), 1)) },
              outputs: { s: next, token, last, before: g.gather(table!, last) },
            };
          },
          { s: s!, last: g.toInt(g.full([2], 1)), count: counts! },
          { x: xs!, token: tokens! },
        ),
      ),
  },
  {
    name: "constants seen through broadcast, transpose, reshape, slice and arithmetic",
    inputs: [x(3, 4, 3), x(2, 3), x(3), x(2, 6), x(4, 3), x(4, 3)],
    of: (loop, xs, w, b, wide, perRow, s) =>
      all(
        loop(
          ({ s }, { x }) => {
            const scale = g.broadcastTo(g.reshape(g.take(b!, 0, 1), [1, 1]), [4, 3]);
            const projected = g.matmul(g.matmul(s, g.transposeLast(w!)), w!);
            // These strides cannot be had without moving numbers.
            const folded = g.reshape(g.transpose(wide!), [3, 4]);
            const more = g.matmul(x, g.concat([g.sliceAxis(w!, 0, 0, 1), g.mul(w!, b!)], 0));
            const next = g.tanh(
              g.add(
                g.add(g.mul(projected, scale), b!),
                g.add(g.sliceAxis(g.matmul(more, folded), 1, 0, 3), g.mul(perRow!, x)),
              ),
            );
            return { carry: { s: next }, outputs: { next } };
          },
          { s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "a constant that serves all rows here and each row there",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2)],
    of: (loop, xs, w, s) =>
      all(
        loop(({ s }, { x }) => ({ carry: { s: g.tanh(g.add(g.matmul(s, w!), g.mul(x, w!))) } }), { s: s! }, { x: xs! }),
      ),
  },
  {
    name: "a tensor that is sequence, constant and carry",
    inputs: [x(2, 2, 2)],
    of: (loop, xs) =>
      all(
        loop(
          ({ s }, { x, same }) => ({ carry: { s: g.add(g.mul(s, x), g.mul(same, xs!)) } }),
          { s: xs! },
          { x: xs!, same: xs! },
        ),
      ),
  },
  {
    name: "products with uniform matrices and look-ups in uniform tables",
    inputs: [x(3, 2, 3), x(2, 3), integers([3, 2], 0, 1, 1, 0, 3, 2)],
    of: (loop, xs, s, tokens) =>
      all(
        loop(
          ({ s }, { x, token }) => {
            const mixed = g.add(g.matmul(s, g.full([3, 3], 0.25)), g.gather(g.full([4, 3], 2), token));
            return { carry: { s: g.mul(mixed, x) }, outputs: { sums: g.matmul(g.full([2, 2], 1), s) } };
          },
          { s: s! },
          { x: xs!, token: tokens! },
        ),
      ),
  },
  {
    name: "no sequences",
    inputs: [x(2, 2), x(2, 2)],
    of: (loop, w, s) =>
      all(loop(({ s }) => ({ carry: { s: g.tanh(g.matmul(s, w!)) }, outputs: { s } }), { s: s! }, {}, { steps: 4 })),
  },
  {
    name: "rows that mix",
    inputs: [x(3, 4, 2), x(4, 2), x(4, 4)],
    of: (loop, xs, s, mixing) =>
      all(
        loop(
          ({ s }, { x }) => {
            const centred = g.sub(s, g.mean(s, { axes: [0] }));
            const next = g.tanh(g.add(g.matmul(mixing!, centred), g.mul(x, g.max(x, { axes: [0], keepDims: true }))));
            return { carry: { s: next }, outputs: { mean: g.mean(next), next: g.reverse(next, 0) } };
          },
          { s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "carries without rows",
    inputs: [x(4, 3), x(), x(3)],
    of: (loop, xs, total, s) =>
      all(
        loop(
          ({ total, s }, { x }) => ({
            carry: { total: g.add(total, g.sum(g.mul(x, s))), s: g.sub(s, g.mul(0.5, x)) },
            outputs: { total, outer: g.mul(g.reshape(x, [3, 1]), s) },
          }),
          { total: total!, s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "attention over a memory",
    inputs: [x(3, 2, 2), x(2, 4, 3), x(2, 3), x(5, 3)],
    of: (loop, xs, memory, s, w) =>
      all(
        loop(
          ({ s }, { x }) => {
            const scores = g.matmul(memory!, g.reshape(s, [2, 3, 1]));
            const shares = g.softmax(g.reshape(scores, [2, 4]));
            const context = g.reshape(g.matmul(g.reshape(shares, [2, 1, 4]), memory!), [2, 3]);
            const next = g.tanh(g.matmul(g.concat([x, context]), w!));
            return { carry: { s: next }, outputs: { shares, next } };
          },
          { s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "a memory that is written",
    inputs: [x(3, 2, 3), x(2, 2, 3)],
    of: (loop, xs, memory) =>
      all(
        loop(
          ({ memory }, { x }) => {
            const shares = g.softmax(g.sum(g.mul(memory, g.reshape(x, [2, 1, 3])), { axes: [2] }));
            const written = g.matmul(g.reshape(shares, [2, 2, 1]), g.reshape(x, [2, 1, 3]));
            return { carry: { memory: g.add(g.mul(memory, 0.9), written) }, outputs: { shares } };
          },
          { memory: memory! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "layer normalisation",
    inputs: [x(3, 2, 4), x(4, 4), x(4), x(4), x(2, 4)],
    of: (loop, xs, w, gamma, beta, s) =>
      all(
        loop(
          ({ s }, { x }) => {
            const z = g.add(x, g.matmul(s, w!));
            const centred = g.sub(z, g.mean(z, { axes: [1], keepDims: true }));
            const variance = g.mean(g.square(centred), { axes: [1], keepDims: true });
            const next = g.tanh(g.add(g.mul(g.div(centred, g.sqrt(g.add(variance, 1e-3))), gamma!), beta!));
            return { carry: { s: next }, outputs: { next, variance } };
          },
          { s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "each step embeds the best of the step before",
    inputs: [x(3, 2, 3), x(3, 3), x(2, 3)],
    of: (loop, xs, table, s) =>
      all(
        loop(
          ({ s, best }, { x }) => {
            const next = g.tanh(g.add(g.add(s, x), g.gather(table!, best)));
            return { carry: { s: next, best: g.argmax(next) }, outputs: { best, next } };
          },
          { s: s!, best: g.toInt(g.full([2], 2)) },
          { x: xs! },
        ),
      ),
  },
  {
    name: "look-ups in what changes with time, and sums by index",
    inputs: [x(3, 4, 2), integers([3], 1, 3, 1), integers([3, 4], 0, 1, 1, 2, 2, 2, 0, 1, 1, 0, 3, 3), x(4, 2)],
    of: (loop, xs, fixed, tokens, s) =>
      all(
        loop(
          ({ s }, { x, token }) => {
            const fromX = g.gather(x, fixed!);
            const fromCarry = g.gather(s, token);
            const counted = g.scatterAdd(g.mul(x, 0.5), token, 4);
            const next = g.tanh(g.add(g.add(fromCarry, counted), g.sum(fromX, { axes: [0] })));
            return { carry: { s: next }, outputs: { counted, doubled: g.mul(g.scatterAdd(next, token, 5), 2), fromX } };
          },
          { s: s! },
          { x: xs!, token: tokens! },
        ),
      ),
  },
  {
    name: "cut, joined, padded",
    inputs: [x(3, 2, 3), x(2, 6)],
    of: (loop, xs, s) =>
      all(
        loop(
          ({ s }, { x }) => {
            const [a, b] = g.split(s, 2);
            const shifted = g.pad(g.sliceAxis(a, 1, 2, 2, -1), [0, 1], [0, 0]);
            const every = g.slice(s, [0, 0], [2, 3], [1, 2]);
            const next = g.concat([g.mul(x, shifted), g.add(b, every)]);
            return { carry: { s: next }, outputs: { shifted, every, padded: g.pad(x, [0, 1], [0, 1]), next } };
          },
          { s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "random numbers of a constant key",
    inputs: [x(3, 2, 2), x(2, 2), integers([2], 3, 4)],
    of: (loop, xs, s, key) =>
      all(
        loop(
          ({ s }, { x }) => ({ carry: { s: g.mul(g.add(s, x), g.less(g.uniform(key!, 1, [2, 2]), 0.5)) } }),
          { s: s! },
          { x: xs! },
        ),
      ),
  },
  {
    name: "random numbers of a key for each step",
    inputs: [x(3, 2, 2), x(2, 2), integers([3, 2], 3, 4, 5, 6, 7, 8)],
    of: (loop, xs, s, keys) =>
      all(
        loop(
          ({ s }, { x, key }) => ({
            carry: { s: g.add(g.mul(s, g.uniform(key, 1, [2, 2])), x) },
            outputs: { drawn: g.uniform(key, 2, [3]) },
          }),
          { s: s! },
          { x: xs!, key: keys! },
        ),
      ),
  },
  {
    name: "three layers with the axes exchanged between them",
    inputs: [x(2, 3, 2), x(2, 2), x(2, 2), x(2, 2), x(2, 2)],
    of(loop, xs, u, v, w, s) {
      const layer = (below: Tensor, weight: Tensor) => {
        const { outputs } = loop(
          ({ s }, { x }) => {
            const next = g.tanh(g.matmul(g.add(s, x), weight));
            return { carry: { s: next }, outputs: { next } };
          },
          { s: s! },
          { x: g.swapAxes(below, 0, 1) },
        );
        return g.swapAxes(outputs.next, 0, 1);
      };
      const first = layer(xs!, u!);
      const second = layer(first, v!);
      return [first, layer(g.add(second, first), w!)];
    },
  },
  {
    name: "a loop that uses all of another",
    inputs: [x(3, 2, 2), x(2, 2), x(2, 2)],
    of(loop, xs, w, s) {
      const inner = loop(
        ({ s }, { x }) => {
          const next = g.tanh(g.add(x, g.matmul(s, w!)));
          return { carry: { s: next }, outputs: { next, before: s } };
        },
        { s: s! },
        { x: xs! },
      );
      const outer = loop(
        ({ s }, { x }) => ({
          carry: { s: g.add(g.mul(s, g.take(inner.outputs.before, 0, 1)), g.mul(x, inner.carry.s)) },
          outputs: { twice: g.concat([x, s]) },
        }),
        { s: inner.carry.s },
        { x: inner.outputs.next },
      );
      return [...all(outer), g.concat([inner.outputs.next, outer.outputs.twice])];
    },
  },
];

/** Σ of all numbers of `tensors`, each with a weight of its own. */
function weighted(tensors: readonly Tensor[], seed: number): Tensor {
  const terms = tensors
    .filter((y) => y.dtype === "float32")
    .map((y, index) => g.sum(g.mul(y, g.constant(wave(y.size, seed + index), y.shape))));
  return terms.reduce((total, term) => g.add(total, term), g.full([], 0));
}

describe.each(cases)("$name", ({ inputs: given, of }) => {
  test.each([false, true])("reverse: %s", async (reverse) => {
    const inputs = given.map(({ shape, dtype }, index) => g.input(`x${index}`, shape, dtype));
    const values = given.map((list) => list.values);
    const wrt = inputs.filter((input) => input.dtype === "float32");
    const withGradients = (loop: Loop) => {
      const results = of((step, carry, xs, options) => loop(step, carry, xs, { ...options, reverse }), ...inputs);
      const loss = weighted(results, 50);
      const first = g.gradients(loss, wrt);
      // Second derivatives one way are enough: the other way differs in nothing but the order of time.
      const second = reverse ? [] : g.gradients(weighted(first, 70), wrt);
      return { inputs, outputs: [...results, loss, ...first, ...second], updates: [], count: results.length };
    };
    const plain = withGradients(plainLoop);
    const expected = await reference.prepare(plain, { optimize: false }).run(values);
    const scanned = withGradients(g.scan);
    for (const [about, session, optimize, tolerance] of [
      ["literal", reference, false, 1e-9],
      ["optimized", reference, true, 1e-9],
      ["wasm", wasm, true, 2e-4],
    ] as const) {
      const found = await session.prepare(scanned, { optimize }).run(values);
      expect(found.length).toBe(expected.length);
      for (const [i, list] of expected.entries()) expectClose(found[i]!, list, tolerance, `${about}, output ${i}`);
    }

    if (reverse) return;
    // The rules that the plain loop is differentiated by are the same: compare with differences as well.
    const lossAt = reference.prepare({ inputs, outputs: [scanned.outputs[scanned.count]!], updates: [] });
    const at = wrt.map((input) => values[inputs.indexOf(input)]!);
    const differences = await finiteDifferences(async (lists) => {
      const moved = values.map((list, i) => lists[wrt.indexOf(inputs[i]!)] ?? list);
      return (await lossAt.run(moved))[0]![0]!;
    }, at);
    for (const [i, list] of differences.entries())
      expectClose(expected[plain.count + 1 + i]!, list, 1e-6, `input ${i}`);
  });
});
