import { describe, expect, test } from "vitest";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import { printProgram } from "../program/print.ts";
import { compile } from "./compile.ts";

test("lstm smoke", async () => {
  const [T, B, I, H] = [4, 3, 2, 5];
  const x = g.input("x", [T, B, I]);
  const w = g.input("w", [I, 4 * H]);
  const u = g.input("u", [H, 4 * H]);
  const b = g.input("b", [4 * H]);
  const h0 = g.input("h0", [B, H]);
  const scan = g.scan(
    ({ h, c }, { x }) => {
      const [i, f, gg, o] = g.split(g.add(g.add(g.matmul(x, w), g.matmul(h, u)), b), 4);
      const cn = g.add(g.mul(g.sigmoid(f), c), g.mul(g.sigmoid(i), g.tanh(gg)));
      const hn = g.mul(g.sigmoid(o), g.tanh(cn));
      return { carry: { h: hn, c: cn }, outputs: { y: hn } };
    },
    { h: h0, c: g.full([B, H], 0) },
    { x },
  );
  const loss = g.sum(g.square(scan.outputs.y));
  const grads = g.gradients(loss, [x, w, u, b, h0]);
  const computation = { inputs: [x, w, u, b, h0], outputs: [loss, ...grads], updates: [] };
  const { program } = compile(computation);
  console.log(printProgram(program));
  const session = new Session(referenceEngine());
  const data = computation.inputs.map((t, k) =>
    Float64Array.from({ length: t.size }, (_, i) => Math.sin(i * 1.7 + k) * 0.5),
  );
  const out = await session.prepare(computation).run(data);
  const lossOf = async (d: Float64Array[]) =>
    (await session.prepare({ ...computation, outputs: [loss] }).run(d))[0]![0]!;
  for (const [k, t] of computation.inputs.entries()) {
    for (const i of [0, t.size - 1]) {
      const eps = 1e-5;
      const at = (delta: number) =>
        lossOf(data.map((d, q) => (q === k ? d.map((v, j) => (j === i ? v + delta : v)) : d)));
      const numeric = ((await at(eps)) - (await at(-eps))) / (2 * eps);
      expect(out[k + 1]![i]!).toBeCloseTo(numeric, 6);
    }
  }
});
