/** Products that are added up in the step of a scan are one instruction, unless somebody looks in between. */
import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { engines } from "../engine/agreement/engines.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import type { Computation } from "../graph/computation.ts";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { ScanInstruction } from "../program/format.ts";
import { compile } from "./compile.ts";

const [T, B, I, H] = [5, 37, 3, 9];
const [w, u, v] = [g.input("w", [I, H]), g.input("u", [H, H]), g.input("v", [H, H])];
const xs = g.input("xs", [T, B, I]);

/** A scan over `xs` whose next state is made of the sum that `sum` makes of input and state. */
function computationOf(sum: (x: Tensor, h: Tensor) => { readonly next: Tensor; readonly shown?: Tensor }): Computation {
  const { carry, outputs } = g.scan(
    ({ h }: { h: Tensor }, { x }: { x: Tensor }) => {
      const { next, shown } = sum(x, h);
      return { carry: { h: next }, outputs: { ...(shown && { shown }) } as Record<string, Tensor> };
    },
    { h: g.full([B, H], 0.1) },
    { x: xs },
  );
  return { inputs: [xs, w, u, v], outputs: [carry.h, ...Object.values(outputs)], updates: [] };
}

const productsOf = (computation: Computation) => {
  const scan = compile(computation).program.instructions.find((i): i is ScanInstruction => i.kind === "scan")!;
  return scan.body.flatMap((i) => (i.kind === "matmul" ? [i.also ? "two" : "one"] : []));
};

const sumOfTwo = (x: Tensor, h: Tensor) => g.add(g.matmul(x, w), g.matmul(h, u));
const two = (x: Tensor, h: Tensor) => ({ next: g.tanh(sumOfTwo(x, h)) });
const three = (x: Tensor, h: Tensor) => ({ next: g.tanh(g.add(sumOfTwo(x, h), g.matmul(g.sigmoid(h), v))) });
/** The sum may be written over the state, which the first product has read then. */
const inPlace = (x: Tensor, h: Tensor) => ({
  next: g.add(g.matmul(h, u), g.matmul(g.sigmoid(g.add(g.matmul(x, w), g.mul(h, 0))), v)),
});
const seen = (x: Tensor, h: Tensor) => {
  const first = g.add(g.matmul(h, u), g.sum(x, { axes: [1], keepDims: true }));
  return { next: g.tanh(g.mul(g.add(first, g.matmul(g.sigmoid(h), v)), first)) };
};
const kept = (_: Tensor, h: Tensor) => {
  const first = g.matmul(h, u);
  return { next: g.tanh(g.add(first, g.matmul(g.sigmoid(h), v))), shown: first };
};

describe("products in the step of a scan", () => {
  test("two are joined, a third is by itself", () => {
    expect(productsOf(computationOf(two))).toEqual(["two"]);
    expect(productsOf(computationOf(three)).sort()).toEqual(["one", "two"]);
  });

  test("not where the first is needed by itself", () => {
    expect(productsOf(computationOf(seen))).toEqual(["one", "one"]);
    expect(productsOf(computationOf(kept))).toEqual(["one", "one"]);
  });

  test("not where the sum is written over what the first reads", () => {
    expect(productsOf(computationOf(inPlace))).not.toContain("two");
  });

  test("numbers stay as they are", async () => {
    const values = [xs, w, u, v].map((x, i) => wave(x.size, i + 1));
    const reference = new Session(referenceEngine());
    for (const sum of [two, three, inPlace, seen, kept]) {
      const computation = computationOf(sum);
      const wanted = await reference.prepare(computation, { optimize: false }).run(values);
      for (const engine of [referenceEngine(), ...engines]) {
        const found = await new Session(engine).prepare(computation).run(values);
        for (const [i, list] of wanted.entries()) expectClose(found[i]!, list, 1e-5, `output ${i}`);
      }
    }
  });
});
