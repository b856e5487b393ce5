/** Layers that are joined: merges, residual and highway connections, and noise. */
import {
  dense,
  fromBytes,
  gaussianNoise,
  gru,
  highway,
  input,
  lstm,
  type MergeOperation,
  type Model,
  merge,
  model,
  mul,
  notEqual,
  residual,
  sequential,
  spatialDropout1d,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, differencesOf, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [batch, time, features] = [2, 4, 3] as const;

const merged: Record<MergeOperation, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  average: (a, b) => (a + b) / 2,
  maximum: Math.max,
  minimum: Math.min,
  multiply: (a, b) => a * b,
  subtract: (a, b) => a - b,
};

describe.each(Object.keys(merged) as MergeOperation[])("merge %s", (operation) => {
  test("is that of the numbers, and has the gradient of finite differences", async () => {
    const [a, b] = [input({ shape: [features], name: "a" }), input({ shape: [features], name: "b" })];
    const plain = model({ inputs: [a, b], outputs: merge(operation).apply([a, b]) });
    compileForGradient(plain);
    const x = { a: waves([batch, features]), b: waves([batch, features], 1) };
    const expected = Float64Array.from(x.a.data, (value, i) => merged[operation](value, x.b.data[i]!));
    expectClose((await plain.predict(x)).data, expected, 1e-12);

    const net = model({ inputs: [a, b], outputs: merge(operation).apply([dense(2).apply(a), dense(2).apply(b)]) });
    compileForGradient(net);
    setWaves(net);
    const y = waves([batch, 2], 3);
    const [found, wanted] = [await gradientsOf(net, x, y), await differencesOf(net, [x, y])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, wanted[i]!, 1e-7);
  });
});

test("a step counts after a merge where it counts in all masks", async () => {
  const [x, one, two] = [
    input({ shape: [time, features], name: "x" }),
    input({ shape: [time], name: "one" }),
    input({ shape: [time], name: "two" }),
  ];
  const [a, b] = [dense(2).apply(x, { mask: one }), dense(2).apply(x, { mask: two })];
  const net = model({ inputs: [x, one, two], outputs: merge("add").apply([a, b]) });
  compileForGradient(net, { loss: (_target, prediction) => mul(0, prediction), metrics: [] });
  setWaves(net);
  const y = waves([1, time, 2]);
  const given = {
    x: { data: waves([1, time, features]).data.map((v, i) => (i < 3 ? Number.NaN : v)), shape: [1, time, features] },
    one: { data: Float32Array.of(0, 1, 1, 1), shape: [1, time] },
    two: { data: Float32Array.of(0, 1, 0, 1), shape: [1, time] },
  };
  expect((await net.evaluate(given, y)).loss).toBe(0);
  for (const gradient of await gradientsOf(net, given, y)) expect(gradient.every((g) => g === 0)).toBe(true);
});

describe.each([
  ["residual", (x: number, y: number) => x + y],
  // Without weights of its own the gate is a half.
  ["highway", (x: number, y: number) => (x + y) / 2],
] as const)("%s", (kind, join) => {
  const around = { residual, highway }[kind];
  const x = waves([batch, time, features]);
  const start = input({ shape: [null, features] });
  const half = (net: Model | Model<Record<string, never>>) =>
    net.setWeights(
      net.getWeights().map(({ name, shape, data }) => ({
        shape,
        data: /^highway\/(kernel|bias)$/.test(name) ? data.map(() => 0) : data,
      })),
    );

  test("joins the input and what the layer makes of it, and gives the layer's state", async () => {
    const layer = lstm(features, { returnSequences: true, returnState: true });
    const [inside, ...stateInside] = layer.apply(start);
    const [output, ...state] = around(layer).apply(start);
    const net = model({ inputs: start, outputs: [inside!, output!, ...stateInside, ...state] });
    compileForGradient(net as never);
    half(net as never);
    const [own, made, h, c, hMade, cMade] = Object.values(await net.predict(x));
    expectClose(
      made!.data,
      Float64Array.from(own!.data, (y, i) => join(x.data[i]!, y)),
      1e-12,
    );
    expectClose(hMade!.data, h!.data, 0);
    expectClose(cMade!.data, c!.data, 0);
  });

  test("takes an initial state, keeps one, streams and is saved", async () => {
    const stateful = () =>
      sequential([
        around(gru(features, { returnSequences: true, stateful: true, inputShape: [null, features] })),
        dense(1),
      ]);
    const net = stateful();
    compileForGradient(net);
    setWaves(net);
    const [first, second] = [await net.predict(x), await net.predict(x)];
    expect(Array.from(second.data)).not.toEqual(Array.from(first.data));
    const again = fromBytes(await net.toBytes(), { engine: "reference" });
    expect(again.getConfig()).toEqual(net.getConfig());
    expectClose((await again.predict(x)).data, (await net.predict(x)).data, 0);
    net.resetStates();
    expectClose((await net.predict(x)).data, first.data, 0);

    const stream = await net.stream({ rows: batch });
    for (let t = 0; t < time; t++) {
      const step = Array.from({ length: batch }, (_, row) =>
        Array.from(x.data.slice((row * time + t) * features, (row * time + t + 1) * features)),
      );
      const now = stream.step(step.flat());
      expectClose(
        now,
        Array.from({ length: batch }, (_, row) => first.data[row * time + t]!),
        1e-12,
      );
    }

    const begin = input({ shape: [features], name: "begin" });
    const layer = around(gru(features, { returnSequences: true }));
    const from = model({ inputs: [start, begin], outputs: layer.apply(start, { initialState: [begin] }) });
    compileForGradient(from);
    const states = [0, 1].map((value) => ({ data: new Float32Array(batch * features).fill(value), shape: [batch, 3] }));
    const [zeros, ones] = [
      await from.predict({ input: x, begin: states[0]! }),
      await from.predict({ input: x, begin: states[1]! }),
    ];
    expect(Array.from(ones.data)).not.toEqual(Array.from(zeros.data));
  });

  test("refuses a layer that changes the shape", () => {
    expect(() => around(dense(2)).apply(start)).toThrow(`to keep the shape of its input, [batch, time, 3 features]`);
    expect(() => around(lstm(3)).apply(start)).toThrow("returnSequences: true if it is recurrent");
    expect(() => around(3 as never)).toThrow(`${kind} to get a layer`);
  });
});

test("merge refuses what cannot be merged", () => {
  const [a, b] = [input({ shape: [3] }), input({ shape: [2] })];
  expect(() => merge("add").apply([a, b])).toThrow("two or more float32 inputs of one shape for merge");
  expect(() => merge("add").apply(a)).toThrow("two or more");
  expect(() => merge("subtract").apply([a, a, a])).toThrow("two inputs to subtract");
  expect(() => merge("sum" as MergeOperation)).toThrow("`operation of merge` to be one of add");
});

test("gaussian noise has its deviation while training, and is none otherwise", async () => {
  const net = sequential([gaussianNoise(0.5, { inputShape: [5_000] })]);
  compileForGradient(net, { loss: (_target, noise) => mul(noise, noise) });
  const x = { data: new Float32Array(5_000), shape: [1, 5_000] };
  const [first, second] = [await net.trainOnBatch(x, x), await net.trainOnBatch(x, x)];
  expect(Math.abs(first.loss! - 0.25)).toBeLessThan(0.03);
  expect(second.loss).not.toBe(first.loss);
  expect((await net.predict(x)).data.every((value) => value === 0)).toBe(true);
  expect(() => gaussianNoise(-1)).toThrow("`stddev of gaussianNoise` to be a number of at least 0");
});

test("spatial dropout drops whole features of a row, and scales the others", async () => {
  const [steps, width] = [6, 2_000];
  const net = sequential([spatialDropout1d(0.25, { inputShape: [steps, width] })]);
  // What is dropped at one step is dropped at all: the mean of each feature over time is 0 or 4/3.
  const target = waves([1, steps, width]);
  compileForGradient(net, { loss: (_target, prediction) => mul(prediction, prediction) });
  const x = { data: new Float32Array(steps * width).fill(1), shape: [1, steps, width] };
  const { loss } = await net.trainOnBatch(x, target);
  expect(Math.abs(loss! - 4 / 3)).toBeLessThan(0.06);
  const any = sequential([spatialDropout1d(0.25, { inputShape: [steps, width] })]);
  compileForGradient(any, { loss: (_target, prediction) => notEqual(prediction, 0) });
  const share = (await any.trainOnBatch(x, target)).loss!;
  // A multiple of one feature at all its steps.
  expect(share * width).toBeCloseTo(Math.round(share * width), 6);
});
