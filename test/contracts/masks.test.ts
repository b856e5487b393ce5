/** What becomes of masks on their way through layers, and what masked steps may hold. */
import {
  bidirectional,
  concatenate,
  dense,
  embedding,
  flatten,
  fromBytes,
  input,
  lstm,
  masking,
  model,
  type NumericArray,
  sequential,
  simpleRnn,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, gradientsOf, setWaves, stepsOf, waves } from "../support/models.ts";
import { expectClose } from "../support/numbers.ts";

/** Two rows of four steps; the second row has two steps that count. */
const valid = [1, 1, 1, 1, 1, 1, 0, 0];
const mask: NumericArray = { data: Float32Array.from(valid), shape: [2, 4] };
const x = waves([2, 4, 2]);
const masksOf = (
  features: number,
  value: number,
  of: NumericArray,
  flags: readonly number[] = valid,
): NumericArray => ({
  data: of.data.map((old, i) => (flags[Math.floor(i / features)] === 1 ? old : value)),
  shape: of.shape,
});

/** Layers behind an explicit mask. */
const behindMask = (
  apply: (x: ReturnType<typeof input>, mask: ReturnType<typeof input>) => ReturnType<typeof input>,
) => {
  const [steps, counts] = [input({ shape: [4, 2], name: "x" }), input({ shape: [4], name: "mask" })];
  const net = model({ inputs: [steps, counts], outputs: apply(steps, counts) });
  compileForGradient(net);
  setWaves(net);
  return net;
};

/** Which entries of y [2, steps, features] the loss of this model counts. */
async function countedBy(net: ReturnType<typeof behindMask>, y: NumericArray): Promise<number[]> {
  const base = (await net.evaluate({ x, mask }, y)).loss;
  const features = y.shape[2]!;
  const steps = y.data.length / features;
  return await Promise.all(
    Array.from({ length: steps }, async (_, step) => {
      const data = y.data.map((old, i) => (Math.floor(i / features) === step ? old + 10 : old));
      return (await net.evaluate({ x, mask }, { data, shape: y.shape })).loss === base ? 0 : 1;
    }),
  );
}

describe("the mask reaches the loss", () => {
  const y = waves([2, 4, 3], 1);
  const masked = (x: ReturnType<typeof input>, mask: ReturnType<typeof input>) => dense(2).apply(x, { mask });
  test.each([
    ["dense layers", (steps, counts) => dense(3).apply(steps, { mask: counts })],
    ["recurrent layers", (steps, counts) => lstm(3, { returnSequences: true }).apply(masked(steps, counts))],
    [
      "both directions",
      (steps, counts) =>
        bidirectional(lstm(3, { returnSequences: true }), { mergeMode: "sum" }).apply(masked(steps, counts)),
    ],
    ["timeDistributed", (steps, counts) => timeDistributed(dense(3)).apply(masked(steps, counts))],
    ["concatenate", (steps, counts) => concatenate().apply([masked(steps, counts), dense(1).apply(steps)])],
    ["another masking", (steps, counts) => dense(3).apply(masking({ maskValue: 99 }).apply(steps, { mask: counts }))],
  ] as const satisfies readonly (readonly [string, Parameters<typeof behindMask>[0]])[])(
    "through %s",
    async (_what, apply) => {
      expect(await countedBy(behindMask(apply), y)).toEqual(valid);
    },
  );

  test("turned round where the sequence is", async () => {
    const net = behindMask((steps, counts) =>
      lstm(3, { returnSequences: true, goBackwards: true }).apply(steps, { mask: counts }),
    );
    expect(await countedBy(net, y)).toEqual([1, 1, 1, 1, 0, 0, 1, 1]);
  });

  test("as the steps that count in all masks, where several meet", async () => {
    const net = behindMask((steps, counts) => {
      const nonzero = masking({ maskValue: 0 }).apply(steps);
      return dense(3).apply(concatenate().apply([masked(steps, counts), nonzero]));
    });
    const gap = { data: x.data.map((old, i) => (i < 2 ? 0 : old)), shape: x.shape };
    const base = (await net.evaluate({ x: gap, mask }, y)).loss;
    const changed = { data: y.data.map((old, i) => (i < 3 ? old + 10 : old)), shape: y.shape };
    expect((await net.evaluate({ x: gap, mask }, changed)).loss).toBe(base);
  });

  test("not where a layer folds time", async () => {
    const net = behindMask((steps, counts) => dense(3).apply(lstm(2).apply(steps, { mask: counts })));
    expect((await net.predict({ x, mask })).shape).toEqual([2, 3]);
    expect((await net.evaluate({ x, mask }, waves([2, 3]))).loss).toBeGreaterThan(0);
  });
});

test("NaN in a masked step reaches no gradient of a layer that is not recurrent", async () => {
  const net = behindMask((steps, counts) => dense(3).apply(dense(2).apply(steps, { mask: counts })));
  const y = waves([2, 4, 3], 1);
  const expected = await gradientsOf(net, { x, mask }, y);
  const found = await gradientsOf(net, { x: masksOf(2, Number.NaN, x), mask }, masksOf(3, Number.NaN, y));
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 0);
});

test("a recurrent layer repeats its output at masked steps; both directions give zeros", async () => {
  const one = behindMask((steps, counts) => simpleRnn(3, { returnSequences: true }).apply(steps, { mask: counts }));
  const both = behindMask((steps, counts) =>
    bidirectional(simpleRnn(3, { returnSequences: true })).apply(steps, { mask: counts }),
  );
  const [alone, merged] = [await one.predict({ x, mask }), await both.predict({ x, mask })];
  const row = (steps: NumericArray, step: number) =>
    Array.from(stepsOf(steps, step, step + 1).data.slice(steps.shape[2]!));
  expect(row(alone, 2)).toEqual(row(alone, 1));
  expect(row(alone, 3)).toEqual(row(alone, 1));
  expect(row(merged, 2)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(row(merged, 1)).not.toContain(0);
});

test("both directions see the valid steps alone", async () => {
  const make = (steps: number | null) => {
    const net = sequential([
      masking({ maskValue: 9, inputShape: [steps, 2] }),
      bidirectional(lstm(3, { returnSequences: true })),
      bidirectional(lstm(3)),
    ]);
    compileForGradient(net);
    setWaves(net);
    return net;
  };
  const whole = await make(4).predict(masksOf(2, 9, x));
  const short = await make(2).predict(stepsOf(x, 0, 2));
  expectClose(whole.data.slice(6), short.data.slice(6), 1e-14);
});

test("flatten counts what a recurrent layer repeats as zeros", async () => {
  const net = behindMask((steps, counts) =>
    flatten().apply(lstm(2, { returnSequences: true }).apply(steps, { mask: counts })),
  );
  const { data } = await net.predict({ x, mask });
  expect(Array.from(data.slice(12))).toEqual([0, 0, 0, 0]);
  expect(data.slice(0, 12).every((value) => value !== 0)).toBe(true);
});

test("an explicit mask takes the place of the one that came along", async () => {
  const ids = input({ shape: [4], dtype: "int32", name: "ids" });
  const counts = input({ shape: [4], name: "mask" });
  const embedded = embedding(5, 2, { maskZero: true }).apply(ids);
  const last = lstm(3);
  const net = model({
    inputs: [ids, counts],
    outputs: { own: last.apply(embedded), given: last.apply(embedded, { mask: counts }) },
  });
  const all = { data: new Float32Array(4).fill(1), shape: [1, 4] };
  const own = { data: Float32Array.of(1, 1, 0, 0), shape: [1, 4] };
  const padded = { data: Int32Array.of(1, 2, 0, 0), shape: [1, 4] };
  const [same, other] = [await net.predict({ ids: padded, mask: own }), await net.predict({ ids: padded, mask: all })];
  expect(same.given.data).toEqual(same.own.data);
  expect(other.given.data).not.toEqual(other.own.data);
});

test("an explicit mask is saved", async () => {
  const net = behindMask((steps, counts) => lstm(3).apply(steps, { mask: counts }));
  const again = fromBytes(await net.toBytes(), { engine: "reference" });
  expect((await again.predict({ x, mask })).data).toEqual((await net.predict({ x, mask })).data);
});
