/** What is kept of a step lies where its gradients are written, as long as nobody else looks at it, and numbers stay. */
import { describe, expect, test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { engines } from "../engine/agreement/engines.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import type { Computation } from "../graph/computation.ts";
import * as g from "../graph/index.ts";
import type { Program, ScanInstruction } from "../program/format.ts";
import { compile } from "./compile.ts";

const [T, B, I] = [4, 29, 2];
const reference = new Session(referenceEngine());
const sessions = [reference, ...engines.map((engine) => new Session(engine))];

const xs = g.input("xs", [T, B, I]);
const mask = g.input("mask", [T, B]);

interface Options {
  readonly units?: number;
  readonly masked?: boolean;
  readonly reverse?: boolean;
  /** Whether the input gate is an output, with a gradient or without, of all steps. */
  readonly gate?: "none" | "shown" | "lost";
}

/** An LSTM: its last state, all outputs, and the gradients of weights and inputs. */
function training({ units = 16, masked = false, reverse = false, gate = "none" }: Options): Computation {
  const weights = [[I, 4 * units], [units, 4 * units], [4 * units]].map((shape, i) => g.input(`w${i}`, shape));
  const [w, u, b] = weights as [g.Tensor, g.Tensor, g.Tensor];
  const start = g.full([B, units], 0.1);
  const { carry, outputs } = g.scan(
    ({ h, c }, { x }) => {
      const z = g.split(g.add(g.add(g.matmul(x, w), g.matmul(h, u)), b), 4);
      const [i, f, o] = [g.sigmoid(z[0]!), g.sigmoid(z[1]!), g.sigmoid(z[3]!)];
      const next = g.add(g.mul(f, c), g.mul(i, g.tanh(z[2]!)));
      const h1 = g.mul(o, g.tanh(next));
      return { carry: { h: h1, c: next }, outputs: { h: h1, ...(gate !== "none" && { i }) } };
    },
    { h: start, c: start },
    { x: xs },
    { ...(masked && { mask }), reverse },
  );
  const shown = gate === "none" ? [] : [(outputs as { i: g.Tensor }).i];
  const lost = gate === "lost" ? g.sum(g.square(shown[0]!)) : 0;
  const loss = g.add(g.add(g.sum(g.square(outputs.h)), g.sum(g.sub(carry.h, 1))), lost);
  return {
    inputs: [xs, ...(masked ? [mask] : []), ...weights],
    outputs: [carry.h, outputs.h, ...shown, ...g.gradients(loss, [xs, ...weights])],
    updates: [],
  };
}

/** How many arrays the forward loop writes beside one another in rows of all gates. */
function sharing({ instructions }: Program, units: number): number {
  const [forward] = instructions.filter((i): i is ScanInstruction => i.kind === "scan");
  const written = forward!.body.flatMap((i) => (i.kind === "map" ? i.outputs.map(({ view }) => view) : []));
  return written.filter(({ strides, timeStride }) => strides[0] === 4 * units && timeStride === 4 * units * B).length;
}

async function expectAgreement(options: Options): Promise<void> {
  const computation = training(options);
  const masks = wave(T * B, 7).map((value, i) => (value > -0.5 && i % 5 > 0 ? 1 : 0));
  const inputs = computation.inputs.map((x, i) => (x === mask ? masks : wave(x.size, i)));
  const wanted = await reference.prepare(computation, { optimize: false }).run(inputs);
  for (const session of sessions) {
    const found = await session.prepare(computation).run(inputs);
    for (const [i, values] of found.entries()) expectClose(values, wanted[i]!, 5e-5);
  }
}

describe("an LSTM of whole vectors", () => {
  test("keeps four of the values of a step where its gradients will be", () => {
    expect(sharing(compile(training({})).program, 16)).toBe(4);
    expect(sharing(compile(training({ masked: true, reverse: true })).program, 16)).toBe(4);
  });

  test("takes others where one is a result as well, and none of rows that are no whole vectors", () => {
    expect(sharing(compile(training({ gate: "shown" })).program, 16)).toBe(4);
    expect(sharing(compile(training({ units: 6 })).program, 6)).toBe(0);
  });

  test.each<Options>([
    {},
    { masked: true },
    { masked: true, reverse: true, gate: "lost" },
    { units: 32, gate: "shown", reverse: true },
  ])("gives the numbers of the graph, %j", async (options) => {
    await expectAgreement(options);
  });
});
