/** Where no step counts, little is done, and the numbers are the same. */
import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { wasmEngine } from "../engine/wasm/wasm.ts";
import type { Computation } from "../graph/computation.ts";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Program, ScanInstruction } from "../program/format.ts";
import { compile } from "./compile.ts";

const [T, B, I, H] = [6, 29, 2, 3];
const sessions = { reference: new Session(referenceEngine()), wasm: new Session(await wasmEngine()) };

type State = Readonly<Record<string, Tensor>>;
type Step = (x: Tensor, h: Tensor, state: State) => State;

const xs = g.input("xs", [T, B, I]);
const mask = g.input("mask", [T, B]);
const [w, u, b] = [g.input("w", [I, 4 * H]), g.input("u", [H, 4 * H]), g.input("b", [4 * H])];
const weights = [w, u, b];

const cells: Readonly<Record<string, { readonly parts: readonly string[]; readonly step: Step }>> = {
  lstm: {
    parts: ["h", "c"],
    step(x, h, { c }) {
      const [i, f, candidate, o] = g.split(g.add(g.add(x, b), h), 4);
      const next = g.add(g.mul(g.sigmoid(f), c!), g.mul(g.sigmoid(i), g.tanh(candidate)));
      return { h: g.mul(g.sigmoid(o), g.tanh(next)), c: next };
    },
  },
  gru: {
    parts: ["h"],
    step(x, hidden, { h }) {
      const [xz, xr, xg] = g.split(g.add(x, b), 4);
      const [hz, hr, hg] = g.split(hidden, 4);
      const z = g.sigmoid(g.add(xz, hz));
      return { h: g.add(g.mul(z, h!), g.mul(g.sub(1, z), g.tanh(g.add(xg, g.mul(g.sigmoid(g.add(xr, hr)), hg))))) };
    },
  },
  // What is kept here goes under a fraction bar.
  normalized: {
    parts: ["h"],
    step(x, hidden) {
      const [z, gate] = g.split(g.add(g.add(x, hidden), b), 2);
      const centred = g.sub(z!, g.mean(z!, { axes: [-1], keepDims: true }));
      const spread = g.sqrt(g.add(g.mean(g.square(centred), { axes: [-1], keepDims: true }), 0.01));
      const [first, second] = g.split(g.div(centred, spread), 2);
      return { h: g.mul(g.tanh(first), g.sigmoid(g.add(second, g.split(gate!, 2)[0]!))) };
    },
  },
};

/** The last state, all outputs and the gradients of weights and inputs. */
function training({ parts, step }: (typeof cells)[string], reverse: boolean): Computation {
  const { carry, outputs } = g.scan(
    (state: State, { x }) => {
      const next = step(g.matmul(x, w), g.matmul(state.h!, u), state);
      return { carry: next, outputs: { h: next.h! } };
    },
    Object.fromEntries(parts.map((name) => [name, g.full([B, H], 0.1)])),
    { x: xs },
    { mask, reverse },
  );
  const loss = g.add(g.sum(g.square(outputs.h)), g.sum(g.sub(carry.h!, 1)));
  return {
    inputs: [xs, mask, ...weights],
    outputs: [carry.h!, outputs.h, ...g.gradients(loss, [xs, ...weights])],
    updates: [],
  };
}

const scansOf = ({ instructions }: Program) => instructions.filter((i): i is ScanInstruction => i.kind === "scan");

/** Lengths from none to all, some rows with a hole. */
const counts = Array.from({ length: T * B }, (_, i) => {
  const [t, row] = [Math.floor(i / B), i % B];
  return t < (row * 5) % (T + 1) && !(row % 4 === 0 && t === 1) ? 1 : 0;
});
const numbersOf = (order: (row: number) => number) => {
  const masks = counts.map((_, i) => counts[Math.floor(i / B) * B + order(i % B)]!);
  const x = wave(T * B * I, 1).map((value, i) => (masks[Math.floor(i / I)] ? value : Number.NaN));
  return [x, masks, ...weights.map(({ size }, i) => wave(size, i + 2))];
};
const lengthOf = (row: number) => (row * 5) % (T + 1);
const longestFirst = Array.from({ length: B }, (_, row) => row).sort((p, q) => lengthOf(q) - lengthOf(p));

describe.each(Object.entries(cells))("%s", (_, cell) => {
  test("idles without a product, forwards and backwards", () => {
    const scans = scansOf(compile(training(cell, false)).program);
    expect(scans).toHaveLength(2);
    for (const { idle } of scans) {
      expect(idle).toBeDefined();
      expect(idle!.body.map(({ kind }) => kind).filter((kind) => kind !== "map" && kind !== "copy")).toEqual([]);
    }
  });

  test("leaves out of products over all steps what does not count", () => {
    const { instructions } = compile(training(cell, false)).program;
    const left = instructions.flatMap((i) =>
      i.kind === "matmul" ? [i.rows ? "rows" : i.inner ? "inner" : "none"] : [],
    );
    // The inputs' gradient; the gradients of both weights. The inputs' projection is made in the loop.
    expect(left.sort()).toEqual(["inner", "inner", "rows"]);
  });

  test.each([
    ["in any order", false, (row: number) => row],
    ["longest first", false, (row: number) => longestFirst[row]!],
    ["longest last, in reverse", true, (row: number) => longestFirst[B - 1 - row]!],
  ])("gives the same numbers for rows %s", async (_, reverse, order) => {
    const numbers = numbersOf(order);
    const computation = training(cell, reverse);
    const wanted = await sessions.reference.prepare(computation, { optimize: false }).run(numbers);
    for (const session of Object.values(sessions)) {
      const found = await session.prepare(computation).run(numbers);
      for (const [i, values] of found.entries()) expectClose(values, wanted[i]!, 2e-5);
    }
  });
});

test("a choice that is no mask is none: both ways are work", () => {
  const { carry } = g.scan(
    ({ h }: { h: Tensor }, { x, m }: { x: Tensor; m: Tensor }) => {
      const [a, c] = g.split(g.add(g.matmul(x, w), g.matmul(h, u)), 2);
      return { carry: { h: g.select(g.reshape(m, [B, 1]), g.tanh(g.split(a, 2)[0]!), g.sin(g.split(c, 2)[1]!)) } };
    },
    { h: g.full([B, H], 0.5) },
    { x: xs, m: mask },
  );
  const [d] = g.gradients(g.sum(carry.h), [u]);
  const { program } = compile({ inputs: [xs, mask, w, u], outputs: [d!], updates: [] });
  for (const { idle } of scansOf(program)) expect(idle).toBeUndefined();
});
