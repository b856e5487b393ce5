import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { type Loop, plainLoop } from "../../test/support/plain-loop.ts";
import { compile } from "../compile/compile.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { wasmEngine } from "../engine/wasm/wasm.ts";
import type { Instruction } from "../program/format.ts";
import * as g from "./index.ts";
import type { ScanOptions } from "./scan.ts";
import type { Tensor } from "./tensor.ts";

const reference = new Session(referenceEngine());
const wasm = new Session(await wasmEngine());

/** Σ of all numbers of `tensors`, each with a weight of its own. */
function weighted(tensors: readonly Tensor[], seed: number): Tensor {
  const terms = tensors.map((y, i) => g.sum(g.mul(y, g.constant(wave(y.size, seed + i), y.shape))));
  return terms.reduce((total, term) => g.add(total, term), g.full([], 0));
}

/** Results, and the gradients of a sum of them, made in two ways that must give the same. */
async function expectSame(
  inputs: readonly Tensor[],
  given: readonly ArrayLike<number>[],
  made: readonly Tensor[],
  wanted: readonly Tensor[],
  order = 1,
): Promise<void> {
  const wrt = inputs.filter((x) => x.dtype === "float32");
  const computation = (results: readonly Tensor[]) => {
    const first = g.gradients(weighted(results, 50), wrt);
    const second = order === 2 ? g.gradients(weighted(first, 70), wrt) : [];
    return { inputs, outputs: [...results, ...first, ...second], updates: [] };
  };
  const expected = await reference.prepare(computation(wanted), { optimize: false }).run(given);
  for (const [about, session, optimize, tolerance] of [
    ["literal", reference, false, 1e-9],
    ["optimized", reference, true, 1e-9],
    ["wasm", wasm, true, 2e-4],
  ] as const) {
    const found = await session.prepare(computation(made), { optimize }).run(given);
    for (const [i, list] of expected.entries()) expectClose(found[i]!, list, tolerance, `${about}, output ${i}`);
  }
}

const [T, B, F, H] = [7, 3, 2, 2] as const;
const shapes = { x: [T, B, F], w: [F, 4 * H], u: [H, 4 * H], h: [B, H], c: [B, H] };
const lstmInputs = Object.entries(shapes).map(([name, shape]) => g.input(name, shape));
const lstmValues = Object.values(shapes).map((shape, i) =>
  wave(
    shape.reduce((p, n) => p * n, 1),
    i,
  ),
);

/** Carries, outputs and a labelled gate of a long short-term memory. */
function lstm([x, w, u, h, c]: readonly Tensor[], options: ScanOptions): Tensor[] {
  const { carry, outputs, intermediates } = g.scan(
    ({ h, c }, { x }) => {
      const [i, f, candidate, o] = g.split(g.add(g.matmul(x, w!), g.matmul(h, u!)), 4);
      const next = g.add(g.mul(g.label(g.sigmoid(f), "forget"), c), g.mul(g.sigmoid(i), g.tanh(candidate)));
      const output = g.mul(g.sigmoid(o), g.tanh(next));
      return { carry: { h: output, c: next }, outputs: { output, squared: g.square(next) } };
    },
    { h: h!, c: c! },
    { x: x! },
    options,
  );
  return [...Object.values(carry), ...Object.values(outputs), ...Object.values(intermediates)];
}

describe("checkpoints", () => {
  test.each([false, true])("change nothing, reverse: %s", async (reverse) => {
    const made = lstm(lstmInputs, { reverse, checkpoint: true });
    await expectSame(lstmInputs, lstmValues, made, lstm(lstmInputs, { reverse }), reverse ? 1 : 2);
  });

  test.each([false, true])("change nothing under a mask that hides NaN, reverse: %s", async (reverse) => {
    const lengths = g.constant(Int32Array.of(7, 2, 0), [3], "int32");
    const [x, ...others] = lstmValues;
    const hidden = x!.map((value, i) =>
      Math.floor(i / (B * F)) < [7, 2, 0][Math.floor(i / F) % B]! ? value : Number.NaN,
    );
    const made = lstm(lstmInputs, { reverse, lengths, checkpoint: true });
    await expectSame(lstmInputs, [hidden, ...others], made, lstm(lstmInputs, { reverse, lengths }));
  });

  test("keep the same bits of loss and of gradients that no sum over time makes", async () => {
    const [loss, plain] = [{ checkpoint: true }, {}].map((options) => weighted(lstm(lstmInputs, options), 50));
    const wrt = [lstmInputs[0]!, ...lstmInputs.slice(3)];
    const run = async (loss: Tensor) => {
      const computation = { inputs: lstmInputs, outputs: [loss, ...g.gradients(loss, wrt)], updates: [] };
      return await wasm.prepare(computation).run(lstmValues);
    };
    expect(await run(loss!)).toEqual(await run(plain!));
  });

  test("take memory for two segments, not for all steps, in as many instructions", () => {
    const size = (steps: number, options: ScanOptions) => {
      const inputs = Object.entries({ ...shapes, x: [steps, B, F] }).map(([name, shape]) => g.input(name, shape));
      const [h] = lstm(inputs, options);
      const outputs = g.gradients(weighted([h!], 50), inputs.slice(1));
      const { program } = compile({ inputs, outputs, updates: [] });
      const count = (list: readonly Instruction[]): number =>
        list.reduce((total, x) => total + 1 + (x.kind === "loop" ? count(x.body) : 0), 0);
      return { arena: program.arenaSize, instructions: count(program.instructions) };
    };
    const small = size(100, { checkpoint: true });
    const large = size(10000, { checkpoint: true });
    // √10000 is 10 times √100; plain memory grows by 100.
    expect(large.arena).toBeLessThan(11 * small.arena);
    expect(large.arena).toBeLessThan(size(10000, {}).arena / 40);
    expect(large.instructions).toBe(small.instructions);
  });
});

describe("truncation", () => {
  /** What it means: a scan for each segment, and the carry between them without a gradient. */
  function inPieces([x, w, u, h, c]: readonly Tensor[], bounds: readonly number[]): Tensor[] {
    const { carry, outputs } = bounds.slice(1).reduce(
      (so, end, i) => {
        const start = bounds[i]!;
        const part = g.slice(x!, [start, 0, 0], [end - start, B, F]);
        const from = i === 0 ? [h!, c!] : so.carry.map(g.stopGradient);
        const [hNext, cNext, ...made] = lstm([part, w!, u!, ...from], {});
        return { carry: [hNext!, cNext!], outputs: [...so.outputs, made] };
      },
      { carry: [] as Tensor[], outputs: [] as Tensor[][] },
    );
    return [
      ...carry,
      ...outputs[0]!.map((_, i) =>
        g.concat(
          outputs.map((made) => made[i]!),
          0,
        ),
      ),
    ];
  }

  test.each([false, true])("hands carries over without a gradient, checkpoint: %s", async (checkpoint) => {
    const made = lstm(lstmInputs, { truncate: 3, checkpoint });
    await expectSame(lstmInputs, lstmValues, made, inPieces(lstmInputs, [0, 3, 6, 7]));
  });

  test("of more steps than there are changes nothing", async () => {
    await expectSame(lstmInputs, lstmValues, lstm(lstmInputs, { truncate: T }), lstm(lstmInputs, {}));
  });
});

describe("scans within the step of a scan", () => {
  const nested = (loop: Loop, reverse: boolean, [x, w, v, s]: readonly Tensor[]) => {
    // Words within sentences: the state of the sentence begins the words', and their end goes into the sentence's.
    const { carry, outputs } = loop(
      ({ s }, { x }) => {
        const words = loop(
          ({ h }, { x }) => {
            const next = g.tanh(g.add(g.matmul(h, w!), x));
            return { carry: { h: next }, outputs: { next } };
          },
          { h: s },
          { x },
        );
        const backwards = loop(
          ({ h }, { x }) => ({ carry: { h: g.add(g.mul(0.5, h), x) } }),
          { h: g.full([3, 2], 0) },
          { x: words.outputs.next },
          { reverse: true },
        );
        const next = g.tanh(g.matmul(g.add(words.carry.h, g.mul(backwards.carry.h, s)), v!));
        return { carry: { s: next }, outputs: { words: words.outputs.next, next, before: s } };
      },
      { s: s! },
      { x: x! },
      { reverse },
    );
    return [...Object.values(carry), ...Object.values(outputs)];
  };
  const inputs = [
    [3, 4, 3, 2],
    [2, 2],
    [2, 2],
    [3, 2],
  ].map((shape, i) => g.input(`x${i}`, shape));
  const values = inputs.map((x, i) => wave(x.size, 20 + i));

  test.each([false, true])("are loops within a loop, reverse: %s", async (reverse) => {
    await expectSame(
      inputs,
      values,
      nested(g.scan, reverse, inputs),
      nested(plainLoop, reverse, inputs),
      reverse ? 1 : 2,
    );
  });

  test("may go three deep", async () => {
    const deep = (loop: Loop) => {
      const [x, s] = [g.reshape(inputs[0]!, [3, 2, 2, 3, 2]), inputs[3]!];
      const level = (depth: number, s: Tensor, x: Tensor): Tensor =>
        loop(
          ({ s }, { x }) => ({ carry: { s: depth > 1 ? level(depth - 1, s, x) : g.tanh(g.add(s, x)) } }),
          { s },
          { x },
        ).carry.s;
      return [level(3, s, x)];
    };
    await expectSame(inputs, values, deep(g.scan), deep(plainLoop));
  });
});
