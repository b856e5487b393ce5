/** Cases that other libraries for JavaScript were seen to get wrong or to refuse. Each is what their users would write. */
import {
  activation,
  adam,
  dense,
  embedding,
  fromBytes,
  gru,
  input,
  lstm,
  masking,
  model,
  type NumericArray,
  sequential,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "./support/engines.ts";
import { stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

/** Rows of 5 steps of which the last two are padding with the value −1. */
function padded(): NumericArray {
  const x = waves([4, 5, 2]);
  return { data: x.data.map((value, i) => (Math.floor(i / 2) % 5 >= 3 ? -1 : value)), shape: x.shape };
}

/** The same targets with other numbers where the input is padding. */
function withTargets(y: NumericArray, value: number): NumericArray {
  return { data: y.data.map((old, i) => (i % 5 >= 3 ? value : old)), shape: y.shape };
}

describe.each(engines)("on the %s engine", (engine) => {
  const tagger = (metrics: ("meanAbsoluteError" | "meanSquaredError")[] = []) => {
    const net = sequential([
      masking({ maskValue: -1, inputShape: [5, 2] }),
      lstm(3, { returnSequences: true }),
      timeDistributed(dense(1)),
    ]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", metrics, engine });
    return net;
  };

  test("a GRU with resetAfter trains", async () => {
    const net = sequential([gru(4, { resetAfter: true, inputShape: [5, 2] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: adam({ learningRate: 0.05 }), engine });
    const { metrics } = await net.fit(waves([8, 5, 2]), waves([8, 1], 1), { epochs: 100 });
    expect(metrics.loss!.at(-1)).toBeLessThan(metrics.loss![0]! / 2);
  });

  test("targets of masked steps do not reach loss and metrics", async () => {
    const net = tagger(["meanAbsoluteError"]);
    const y = waves([4, 5, 1], 1);
    const expected = await net.evaluate(padded(), y);
    for (const value of [1e6, Number.NaN])
      expect(await net.evaluate(padded(), withTargets(y, value))).toEqual(expected);
  });

  test("targets of masked steps do not reach the weights", async () => {
    const y = waves([4, 5, 1], 1);
    const weights = async (value: number) => {
      const net = tagger();
      await net.fit(padded(), withTargets(y, value), { epochs: 2 });
      return net.getWeights().map(({ data }) => Array.from(data));
    };
    expect(await weights(Number.NaN)).toEqual(await weights(0));
  });

  test("NaN can be the padding", async () => {
    const net = sequential([masking({ maskValue: Number.NaN, inputShape: [5, 2] }), lstm(3)]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine });
    const x = waves([2, 5, 2]);
    const gaps = { data: x.data.map((value, i) => (Math.floor(i / 2) % 5 >= 3 ? Number.NaN : value)), shape: x.shape };
    const cut = sequential([lstm(3, { inputShape: [3, 2] })]);
    cut.setWeights(net.getWeights());
    expectClose((await net.predict(gaps)).data, (await cut.predict(stepsOf(x, 0, 3))).data, 1e-6);
    await net.fit(gaps, waves([2, 3]), { epochs: 2 });
    expect(net.getWeights().every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });

  test("a batch in which everything is masked trains without harm", async () => {
    const net = tagger(["meanAbsoluteError"]);
    const nothing = { data: new Float32Array(40).fill(-1), shape: [4, 5, 2] };
    const before = net.getWeights();
    const result = await net.trainOnBatch(nothing, waves([4, 5, 1]));
    expect(result).toEqual({ loss: 0, meanAbsoluteError: 0 });
    for (const [i, { data }] of net.getWeights().entries()) expectClose(data, before[i]!.data, 0);
  });

  test("sampleWeight weighs rows and steps, in loss and metrics", async () => {
    const net = sequential([lstm(3, { returnSequences: true, inputShape: [5, 2] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", metrics: ["meanSquaredError"], engine });
    const [x, y] = [waves([4, 5, 2]), waves([4, 5, 1], 1)];
    const { data } = await net.predict(x);
    const errors = Array.from(data, (value, i) => (value - y.data[i]!) ** 2);
    const rowWeights = Float32Array.of(1, 0, 2, 0.5);
    const stepWeights = Float32Array.from({ length: 20 }, (_, i) => (i % 3) / 2);
    const mean = (weights: readonly number[]) => {
      const total = errors.reduce((sum, error, i) => sum + error * weights[i]!, 0);
      return { loss: total / 20, meanSquaredError: total / weights.reduce((sum, weight) => sum + weight, 0) };
    };
    const byRow = await net.evaluate(x, y, { sampleWeight: rowWeights });
    const byStep = await net.evaluate(x, y, { sampleWeight: { data: stepWeights, shape: [4, 5] } });
    for (const [got, weights] of [
      [byRow, errors.map((_, i) => rowWeights[Math.floor(i / 5)]!)],
      [byStep, Array.from(stepWeights)],
    ] as const) {
      const expected = mean(weights);
      expect(got.loss).toBeCloseTo(expected.loss, 5);
      expect(got.meanSquaredError).toBeCloseTo(expected.meanSquaredError, 5);
    }
  });

  test("a target of weight 0 may be missing", async () => {
    const net = sequential([dense(1, { inputShape: [2] })]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    const y = { data: Float32Array.of(1, Number.NaN, 2), shape: [3, 1] };
    await net.fit(waves([3, 2]), y, { sampleWeight: [1, 0, 1] });
    expect(net.getWeights().every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });

  test("lossWeights count", async () => {
    const make = (lossWeights?: Record<string, number>) => {
      const x = input({ shape: [5, 2] });
      const h = lstm(3).apply(x);
      const net = model({
        inputs: x,
        outputs: { level: dense(1).apply(h), kind: dense(3, { activation: "softmax" }).apply(h) },
      });
      const loss = { level: "meanSquaredError", kind: "sparseCategoricalCrossentropy" } as const;
      net.compile({
        loss,
        optimizer: "sgd",
        metrics: { kind: ["accuracy"] },
        ...(lossWeights && { lossWeights }),
        engine,
      });
      return net;
    };
    const x = waves([4, 5, 2]);
    const y = { level: waves([4, 1], 1), kind: Int32Array.of(0, 1, 2, 1) };
    const [both, one, other] = [make(), make({ kind: 0 }), make({ level: 0, kind: 3 })];
    const [all, first, second] = [await both.evaluate(x, y), await one.evaluate(x, y), await other.evaluate(x, y)];
    expect(Object.keys(all).sort()).toEqual(["kind_accuracy", "kind_loss", "level_loss", "loss"]);
    expect(all.loss).toBeCloseTo(first.loss! + second.loss! / 3, 5);
    expect(Object.keys(await both.predict(x))).toEqual(["level", "kind"]);
  });

  test("an embedding and an LSTM train, and id 0 is padding", async () => {
    const net = sequential([
      embedding(10, 4, { maskZero: true, inputShape: [6] }),
      lstm(5),
      dense(1, { activation: "sigmoid" }),
    ]);
    net.compile({ loss: "binaryCrossentropy", optimizer: adam({ learningRate: 0.05 }), metrics: ["accuracy"], engine });
    const x = Array.from({ length: 16 }, (_, row) => [1 + (row % 2), 3 + (row % 5), 3 + (row % 3), 0, 0, 0]);
    const y = x.map(([first]) => [first! - 1]);
    const { metrics } = await net.fit(x, y, { epochs: 40, batchSize: 8 });
    expect(metrics.accuracy!.at(-1)).toBe(1);
  });

  test("sequences of any length go through one model", async () => {
    const net = sequential([lstm(3, { inputShape: [null, 2] })]);
    for (const steps of [1, 9, 200]) expect((await net.predict(waves([2, steps, 2]))).shape).toEqual([2, 3]);
  });

  test("one step at a time gives what the whole sequence gives", async () => {
    const whole = sequential([lstm(3, { returnSequences: true, inputShape: [null, 2] }), dense(1)]);
    const stream = sequential([lstm(3, { stateful: true, inputShape: [null, 2] }), dense(1)]);
    stream.setWeights(whole.getWeights());
    const x = waves([1, 7, 2]);
    const all = await whole.predict(x);
    for (let step = 0; step < 7; step++) {
      expectClose((await stream.predict(stepsOf(x, step, step + 1))).data, [all.data[step]!], 1e-6);
    }
  });

  const options = { activation: "softmax", useBias: false } as const;
  test.each([
    ["of a row", () => sequential([dense(2, { ...options, inputShape: [1] })]), [[1]], [[0, 1]]],
    [
      "of an activation layer",
      () => sequential([dense(2, { useBias: false, inputShape: [1] }), activation("softmax")]),
      [[1]],
      [[0, 1]],
    ],
    ["of a step", () => sequential([timeDistributed(dense(2, options), { inputShape: [1, 1] })]), [[[1]]], [[[0, 1]]]],
  ])("a cross-entropy from a saturated softmax %s is finite and still teaches", async (_what, make, x, y) => {
    const net = make();
    net.compile({ loss: "categoricalCrossentropy", optimizer: "sgd", engine });
    net.setWeights([[[200, -200]]]);
    const { loss } = await net.trainOnBatch(x, y);
    expect(loss).toBeCloseTo(400, 3);
    expect(net.getWeights()[0]!.data[0]).toBeLessThan(200);
  });
});

test("optimizer state is saved", async () => {
  const make = () => {
    const net = sequential([dense(1, { inputShape: [2] })]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    return net;
  };
  const net = make();
  const [x, y] = [waves([4, 2]), waves([4, 1], 1)];
  await net.fit(x, y, { epochs: 3 });
  const [again, without] = [fromBytes(await net.toBytes()), fromBytes(await net.toBytes({ includeOptimizer: false }))];
  expect(again.step).toBe(3);
  await expect(without.fit(x, y)).rejects.toThrow("compile");
});
