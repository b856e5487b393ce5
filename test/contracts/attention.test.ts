/** What must hold for every kind of attention. */
import {
  activation,
  additiveAttention,
  attention,
  dense,
  fromBytes,
  input,
  type Layer,
  model,
  multiHeadAttention,
  type NumericArray,
  OptionError,
  ShapeError,
  type SymbolicTensor,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, gradientsOf, rowOf, setWaves, stepsOf, waves, withSteps } from "../support/models.ts";
import { expectClose } from "../support/numbers.ts";

const [queries, values, features] = [3, 4, 2];

interface AttentionCase {
  readonly name: string;
  readonly make: (options?: { useCausalMask?: boolean; dropout?: number }) => Layer;
  readonly withScores: () => Layer<SymbolicTensor[]>;
  readonly heads: readonly number[];
}

const cases: readonly AttentionCase[] = [
  {
    name: "dot",
    make: (options) => attention({ ...options }),
    withScores: () => attention({ returnAttentionScores: true }),
    heads: [],
  },
  {
    name: "general",
    make: (options) => attention({ ...options, scoreMode: "general" }),
    withScores: () => attention({ scoreMode: "general", returnAttentionScores: true }),
    heads: [],
  },
  {
    name: "additive",
    make: (options) => additiveAttention({ ...options, units: 3 }),
    withScores: () => additiveAttention({ units: 3, returnAttentionScores: true }),
    heads: [],
  },
  {
    name: "multi-head",
    make: (options) => multiHeadAttention(2, 3, { ...options }),
    withScores: () => multiHeadAttention(2, 3, { returnAttentionScores: true }),
    heads: [2],
  },
  {
    name: "rotary",
    make: (options) => multiHeadAttention(2, 4, { ...options, rotary: true }),
    withScores: () => multiHeadAttention(2, 4, { rotary: true, returnAttentionScores: true }),
    heads: [2],
  },
];

/** The second row has less, the third nothing to look at. */
const queryCounts = [
  [1, 1, 1],
  [1, 0, 1],
  [1, 1, 0],
];
const valueCounts = [
  [1, 1, 1, 1],
  [1, 1, 0, 0],
  [0, 0, 0, 0],
];
const maskOf = (rows: readonly (readonly number[])[]): NumericArray => ({
  data: Float32Array.from(rows.flat()),
  shape: [rows.length, rows[0]!.length],
});
const hiddenIn = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map((value) => 1 - value));

describe.each(cases)("$name attention", ({ make, withScores, heads }) => {
  /** Query and value, each behind a mask and a layer of weights. */
  function masked<O extends SymbolicTensor | SymbolicTensor[]>(layer: Layer<O>, steps: number | null = values) {
    const query = input({ name: "query", shape: [queries, features] });
    const value = input({ name: "value", shape: [steps, features] });
    const queryMask = input({ name: "queryMask", shape: [queries] });
    const valueMask = input({ name: "valueMask", shape: [steps] });
    const outputs = layer.apply([
      dense(features).apply(query, { mask: queryMask }),
      dense(features).apply(value, { mask: valueMask }),
    ]);
    const net = model({ inputs: [query, value, queryMask, valueMask], outputs });
    compileForGradient(net);
    setWaves(net);
    return net;
  }
  const data = {
    query: waves([3, queries, features]),
    value: waves([3, values, features], 1),
    queryMask: maskOf(queryCounts),
    valueMask: maskOf(valueCounts),
  };
  const spoilt = {
    ...data,
    query: withSteps(data.query, hiddenIn(queryCounts), Number.NaN),
    value: withSteps(data.value, hiddenIn(valueCounts), Number.NaN),
  };

  test("does not see masked steps, whatever they hold, in values and gradients", async () => {
    const net = masked(make());
    const expected = (await net.predict(data)) as NumericArray;
    expectClose(((await net.predict(spoilt)) as NumericArray).data, expected.data, 0);
    expect(Array.from(expected.data).every(Number.isFinite)).toBe(true);
    const y = waves(expected.shape, 2);
    const [found, wanted] = [await gradientsOf(net, spoilt, y), await gradientsOf(net, data, y)];
    for (const [i, gradient] of found.entries()) expectClose(gradient, wanted[i]!, 0);
    expect(wanted.flatMap((gradient) => Array.from(gradient)).every(Number.isFinite)).toBe(true);
    const other = { ...data, value: withSteps(data.value, hiddenIn(valueCounts), 7) };
    expectClose(((await net.predict(other)) as NumericArray).data, expected.data, 0);
  });

  test("gives zeros at masked steps of the query, and hands its mask to the loss", async () => {
    const net = masked(make());
    const { data: numbers, shape } = (await net.predict(data)) as NumericArray;
    const y = waves(shape, 2);
    const base = (await net.evaluate(data, y)).loss;
    for (const [i, flag] of queryCounts.flat().entries()) {
      const width = shape[2]!;
      if (flag === 0) expect(Array.from(numbers.slice(i * width, (i + 1) * width)).every((x) => x === 0)).toBe(true);
      const changed = y.data.map((old, k) => (k === i * width ? old + 10 : old));
      expect((await net.evaluate(data, { data: changed, shape })).loss !== base, `step ${i}`).toBe(flag === 1);
    }
  });

  test("gives a padded value what it gives one without padding", async () => {
    const net = masked(make(), null);
    const whole = rowOf((await net.predict(data)) as NumericArray, 1);
    const part = await net.predict({
      query: rowOf(data.query, 1),
      value: stepsOf(rowOf(data.value, 1), 0, 2),
      queryMask: rowOf(data.queryMask, 1),
      valueMask: maskOf([[1, 1]]),
    });
    expectClose((part as NumericArray).data, whole.data, 1e-13);
  });

  test("gives its weights when asked: they sum to 1 where there is something to look at", async () => {
    const [, scores] = Object.values(
      (await masked(withScores()).predict(spoilt)) as Readonly<Record<string, NumericArray>>,
    ) as [NumericArray, NumericArray];
    expect(scores.shape).toEqual([3, ...heads, queries, values]);
    const perRow = scores.data.length / (3 * queries * values);
    for (let i = 0; i < scores.data.length / values; i++) {
      const [row, query] = [Math.floor(i / (perRow * queries)), i % queries];
      const weights = Array.from(scores.data.slice(i * values, (i + 1) * values));
      const looks = row < 2 && queryCounts[row]![query] === 1;
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(looks ? 1 : 0, 12);
      for (const [k, weight] of weights.entries()) {
        expect(weight > 0).toBe(looks && valueCounts[row]![k] === 1);
      }
    }
  });

  test("with a causal mask a step does not see later ones", async () => {
    const x = input({ shape: [null, features] });
    const net = model({ inputs: x, outputs: make({ useCausalMask: true }).apply([x, x]) });
    compileForGradient(net);
    setWaves(net);
    const sequence = waves([2, 5, features]);
    const whole = (await net.predict(sequence)) as NumericArray;
    for (const end of [1, 3]) {
      const part = (await net.predict(stepsOf(sequence, 0, end))) as NumericArray;
      expectClose(part.data, stepsOf(whole, 0, end).data, 1e-13);
    }
  });

  test("drops weights while training only", async () => {
    const x = input({ shape: [40, features] });
    const net = model({ inputs: x, outputs: make({ dropout: 0.5 }).apply([x, x]) });
    const same = model({ inputs: x, outputs: make().apply([x, x]) });
    for (const each of [net, same]) {
      compileForGradient(each);
      setWaves(each);
    }
    const sequence = waves([1, 40, features]);
    const y = waves([1, 40, features], 2);
    expectClose(
      ((await net.predict(sequence)) as NumericArray).data,
      ((await same.predict(sequence)) as NumericArray).data,
      0,
    );
    const [dropped, plain] = [await net.trainOnBatch(sequence, y), await same.trainOnBatch(sequence, y)];
    expect(dropped.loss).not.toBe(plain.loss);
  });

  test("is saved with its options, refuses what does not fit, and does not go step by step", async () => {
    const net = masked(withScores());
    const again = fromBytes(await net.toBytes(), { engine: "reference" });
    expect(await again.predict(data)).toEqual(await net.predict(data));
    const [x, short] = [input({ shape: [5, features] }), input({ shape: [features] })];
    expect(() => make().apply(x)).toThrow("[query, value]");
    expect(() => make().apply([x, short])).toThrow(ShapeError);
    expect(() => make().apply([x, x, input({ shape: [4, features] })])).toThrow(ShapeError);
    const causal = model({ inputs: x, outputs: make({ useCausalMask: true }).apply([x, x]) });
    causal.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    await expect(causal.stream()).rejects.toThrow(OptionError);
  });
});

test("rotary attention sees how far apart steps are, not where they are", async () => {
  const [x, counts] = [input({ shape: [null, features], name: "x" }), input({ shape: [null], name: "counts" })];
  const lay = (rotary: boolean) => {
    const seen = activation("linear").apply(x, { mask: counts });
    const net = model({ inputs: { x, counts }, outputs: multiHeadAttention(2, 4, { rotary }).apply([seen, seen]) });
    compileForGradient(net);
    setWaves(net, 2);
    return net;
  };
  const given = waves([1, 5, features]);
  // Two masked steps before it.
  const later = {
    data: Float64Array.of(...new Array<number>(2 * features).fill(9), ...given.data),
    shape: [1, 7, features],
  };
  const ones = (steps: number, from = 0) => ({
    data: Float32Array.from({ length: steps }, (_, i) => (i < from ? 0 : 1)),
    shape: [1, steps],
  });
  const net = lay(true);
  const found = await net.predict({ x: given, counts: ones(5) });
  expectClose((await net.predict({ x: later, counts: ones(7, 2) })).data.slice(2 * features), found.data, 1e-13);
  // Steps in another order are another sequence, which attention without positions does not see.
  const last = async (net: ReturnType<typeof lay>, x: NumericArray, step: number) =>
    Array.from((await net.predict({ x, counts: ones(5) })).data.slice(step * features, (step + 1) * features));
  const swapped = {
    ...given,
    data: given.data.map((_, i) => given.data[i < 2 * features ? (i + features) % (2 * features) : i]!),
  };
  const [plain, rotary] = [lay(false), net];
  expectClose(await last(plain, swapped as NumericArray, 4), await last(plain, given, 4), 1e-13);
  expect(await last(rotary, swapped as NumericArray, 4)).not.toEqual(await last(rotary, given, 4));
  expect(() => multiHeadAttention(2, 3, { rotary: true }).apply([x, x])).toThrow(
    "Expected an even `keyDim` with `rotary`, got 3.",
  );
});

test("products need features that fit", () => {
  const [a, b] = [input({ shape: [5, 2] }), input({ shape: [5, 3] })];
  for (const layer of [attention(), additiveAttention()]) expect(() => layer.apply([a, b])).toThrow(ShapeError);
  expect(attention({ scoreMode: "general" }).apply([a, b]).shape).toEqual([5, 3]);
  expect(multiHeadAttention(2, 3).apply([a, b]).shape).toEqual([5, 2]);
});
