import { describe, expect, test } from "vitest";
import { expectClose, finiteDifferences, wave } from "../../test/support/numbers.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import * as g from "./index.ts";
import type { Tensor } from "./tensor.ts";

const session = new Session(referenceEngine());

const xs = g.input("xs", [4, 2, 3]);
const w = g.input("w", [3, 3]);
const s = g.input("s", [2, 3]);
const inputs = [xs, w, s];
const values = inputs.map((x, index) => wave(x.size, index));

const run = (outputs: readonly Tensor[]) => session.prepare({ inputs, outputs, updates: [] }).run(values);
const weighted = (x: Tensor, seed: number) => g.sum(g.mul(x, g.constant(wave(x.size, seed), x.shape)));

/** s' = tanh(x + s w), with names for what lies between. */
function step({ s }: { s: Tensor }, { x }: { x: Tensor }) {
  const product = g.label(g.matmul(s, w), "product");
  const sum = g.label(g.add(x, product), "sum");
  const next = g.tanh(g.label(sum, "also sum"));
  return { carry: { s: next }, outputs: { next, product } };
}

test("numbers of a plain loop, without any graph", async () => {
  const { carry, outputs } = g.scan(step, { s }, { x: xs });
  const [last, all] = await run([carry.s, outputs.next]);
  const [x, weights] = values as [Float64Array, Float64Array, Float64Array];
  const expected: number[] = [];
  let state = Array.from(values[2]!);
  for (let t = 0; t < 4; t++) {
    state = state.map((_, index) => {
      const [row, column] = [Math.floor(index / 3), index % 3];
      const product = [0, 1, 2].reduce((sum, k) => sum + state[row * 3 + k]! * weights[k * 3 + column]!, 0);
      return Math.tanh(x[t * 6 + index]! + product);
    });
    expected.push(...state);
  }
  expectClose(all!, expected, 1e-12);
  expectClose(last!, state, 1e-12);
});

describe("labelled values", () => {
  test("come out for all steps, under each of their names", async () => {
    const { intermediates, outputs } = g.scan(step, { s }, { x: xs });
    expect(Object.keys(intermediates).sort()).toEqual(["also sum", "product", "sum"]);
    const [product, sum, also, output, next] = await run([
      intermediates.product!,
      intermediates.sum!,
      intermediates["also sum"]!,
      outputs.product,
      outputs.next,
    ]);
    expectClose(product!, output!, 0);
    expectClose(also!, sum!, 0);
    expectClose(sum!.map(Math.tanh), next!, 1e-12);
  });

  test("pass gradients", async () => {
    const { intermediates } = g.scan(step, { s }, { x: xs });
    const loss = g.add(weighted(intermediates.sum!, 5), weighted(g.square(intermediates.product!), 6));
    const at = session.prepare({ inputs, outputs: [loss], updates: [] });
    const differences = await finiteDifferences(async (lists) => (await at.run(lists))[0]![0]!, values);
    for (const [i, list] of (await run(g.gradients(loss, inputs))).entries()) expectClose(list, differences[i]!, 1e-6);
  });

  test("of what the step borrowed are not its own", () => {
    const borrowed = g.label(w, "outer");
    const { intermediates } = g.scan(
      ({ s }, { x }) => ({ carry: { s: g.matmul(g.add(s, x), borrowed) } }),
      { s },
      { x: xs },
    );
    expect(intermediates).toEqual({});
  });
});

test("two losses of one scan have the gradients that each has alone", async () => {
  const both = g.scan(step, { s }, { x: xs });
  const losses = (scan: typeof both) => [weighted(scan.outputs.next, 8), weighted(scan.carry.s, 9)] as const;
  const together = losses(both).flatMap((loss) => g.gradients(loss, inputs));
  const apart = [0, 1].flatMap((which) => g.gradients(losses(g.scan(step, { s }, { x: xs }))[which]!, inputs));
  const found = await run([...together, ...apart]);
  for (let i = 0; i < 6; i++) expectClose(found[i]!, found[6 + i]!, 1e-12);
});

test("two halves with the state handed over are one whole", async () => {
  const whole = g.scan(step, { s }, { x: xs });
  const first = g.scan(step, { s }, { x: g.sliceAxis(xs, 0, 0, 1) });
  const second = g.scan(step, first.carry, { x: g.sliceAxis(xs, 0, 1, 3) });
  const results = (last: Tensor, all: Tensor) => [
    last,
    all,
    ...g.gradients(g.add(weighted(last, 1), weighted(all, 2)), inputs),
  ];
  const halves = results(second.carry.s, g.concat([first.outputs.next, second.outputs.next], 0));
  const found = await run([...results(whole.carry.s, whole.outputs.next), ...halves]);
  for (let i = 0; i < 5; i++) expectClose(found[i]!, found[5 + i]!, 1e-12);
});

describe("what does not fit", () => {
  const says = (make: () => unknown, message: string) => expect(make).toThrow(expect.objectContaining({ message }));
  const carryOf = (next: Tensor) => () => g.scan(() => ({ carry: { s: next } }), { s }, { x: xs });

  test("the next carry", () => {
    says(
      carryOf(g.full([3, 2], 0)),
      "Expected carry `s` to stay float32 [2, 3] in the step of scan(), got float32 [3, 2].",
    );
    says(
      carryOf(g.input("s", [2, 3], "int32")),
      "Expected carry `s` to stay float32 [2, 3] in the step of scan(), got int32 [2, 3].",
    );
    says(
      () => g.scan(() => ({ carry: { h: s } as unknown as { s: Tensor } }), { s }, { x: xs }),
      "Expected the step of scan() to return carry {s}, got {h}.",
    );
  });

  test("the number of steps", () => {
    says(
      () => g.scan(step, { s }, { x: xs, y: g.input("y", [5, 2]) }),
      "Expected sequence `y` of scan() to have 4 steps on its first axis, got [5, 2]: sequences are [time, batch, ...].",
    );
    says(
      () => g.scan(step, { s }, { x: xs }, { steps: 5 }),
      "Expected sequence `x` of scan() to have 5 steps on its first axis, got [4, 2, 3]: sequences are [time, batch, ...].",
    );
    says(
      () => g.scan(({ s }) => ({ carry: { s } }), { s }, {}),
      "Expected scan() to run at least one step, got undefined: give `steps`, since there are no sequences.",
    );
    says(
      () => g.scan(step, { s }, { x: g.input("x", [0, 2, 3]) }),
      "Expected scan() to run at least one step, got 0: give sequences of at least one step.",
    );
  });

  test("an option that there is not", () => {
    says(
      () => g.scan(step, { s }, { x: xs }, { ...{ backwards: true }, reverse: true }),
      'Expected the options of scan() to be among lengths, mask, reverse, steps, checkpoint, truncate, got "backwards".',
    );
  });

  test("a scan of the same for every step is no scan inside", async () => {
    const inner = () => g.scan(step, { s }, { x: xs }).carry.s;
    const inside = g.scan(({ s }, { x }) => ({ carry: { s: g.add(g.mul(s, inner()), x) } }), { s }, { x: xs });
    const once = inner();
    const outside = g.scan(({ s }, { x }) => ({ carry: { s: g.add(g.mul(s, once), x) } }), { s }, { x: xs });
    const [a, b] = await run([inside.carry.s, outside.carry.s]);
    expectClose(a!, b!, 1e-12);
  });
});
