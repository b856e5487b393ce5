/** Batch normalization in models: masks, freezing, averages that follow, files; `parity/` has its numbers. */
import {
  batchNormalization,
  dense,
  embedding,
  fromBytes,
  gradientStatistics,
  gru,
  input,
  lstm,
  masking,
  mean,
  model,
  type NumericArray,
  ragged,
  residual,
  sequential,
  sgd,
  square,
  sub,
  timeDistributed,
  trainStep,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "./support/engines.ts";
import { compileForGradient, gradientsOf, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose, finiteDifferences } from "./support/numbers.ts";

const [rows, time, features] = [3, 4, 2] as const;
const x = waves([rows, time, features]);
const flags = [1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1];
const mask = { data: Float32Array.from(flags), shape: [rows, time] };
const hide = ({ data, shape }: NumericArray, value: number) => ({
  data: Float64Array.from(data, (old, i) => (flags[Math.floor(i / (data.length / flags.length))] === 1 ? old : value)),
  shape,
});

/** Averages that follow with momentum 0.9 from 0 and 1, of the numbers of one feature. */
function followed(numbers: readonly number[]): readonly [number, number] {
  const center = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const spread = numbers.reduce((sum, value) => sum + (value - center) ** 2, 0) / numbers.length;
  return [0.1 * center, 0.9 + 0.1 * spread];
}

const averagesOf = (net: { getWeights(): readonly { name: string; data: ArrayLike<number> }[] }) =>
  net.getWeights().flatMap(({ name, data }) => (name.includes("moving") ? [Array.from(data)] : []));

function masked() {
  const [steps, counts] = [input({ shape: [null, features], name: "x" }), input({ shape: [null], name: "mask" })];
  const normal = batchNormalization({ momentum: 0.9 }).apply(dense(3).apply(steps, { mask: counts }));
  const net = model({ inputs: [steps, counts], outputs: gru(2, { returnSequences: true }).apply(normal) });
  compileForGradient(net);
  setWaves(net);
  const weights = net.getWeights();
  net.setWeights(
    weights.map((weight) => ({
      ...weight,
      data: weight.data.map((w) => (weight.name.endsWith("Variance") ? 1 + w : w)),
    })),
  );
  return net;
}

test("has the gradient of finite differences in training, of what the mask counts, whatever is hidden", async () => {
  const net = masked();
  const y = waves([rows, time, 2], 3);
  const found = await gradientsOf(net, { x: hide(x, Number.NaN), mask }, hide(y, Number.NaN));
  const before = net.getWeights();
  const lossAt = async (lists: readonly Float64Array[]) => {
    net.setWeights(lists.map((data, i) => ({ data, shape: before[i]!.shape })));
    return (await net.trainOnBatch({ x: hide(x, 7), mask }, y)).loss;
  };
  const expected = await finiteDifferences(
    lossAt,
    before.map(({ data }) => Float64Array.from(data)),
  );
  for (const [i, { name }] of before.entries()) {
    // What moves the averages is no gradient.
    if (!name.includes("moving")) expectClose(found[i]!, expected[i]!, 1e-7, name);
  }
});

test.each([
  ["in an explicit mask", (layer: ReturnType<typeof batchNormalization>) => layer],
  ["of wrappers", (layer: ReturnType<typeof batchNormalization>) => residual(layer)],
] as const)("averages follow the steps that count %s; a batch in which none does leaves them", async (_where, wrap) => {
  const [steps, counts] = [input({ shape: [null, features], name: "x" }), input({ shape: [null], name: "mask" })];
  const outputs = wrap(batchNormalization({ momentum: 0.9 })).apply(steps, { mask: counts });
  const net = model({ inputs: [steps, counts], outputs });
  compileForGradient(net);
  await net.trainOnBatch({ x: hide(x, Number.NaN), mask }, waves(x.shape, 2));
  const counted = [0, 1].map((f) => followed(Array.from(x.data).filter((_, i) => i % 2 === f && flags[i >> 1] === 1)));
  const averages = averagesOf(net);
  expectClose(
    averages[0]!,
    counted.map(([center]) => center),
    1e-7,
  );
  expectClose(
    averages[1]!,
    counted.map(([, spread]) => spread),
    1e-7,
  );
  await net.trainOnBatch(
    { x: hide(x, Number.NaN), mask: { ...mask, data: mask.data.map(() => 0) } },
    waves(x.shape, 2),
  );
  expect(averagesOf(net)).toEqual(averages);
});

test("ragged rows count as long as they are", async () => {
  const net = sequential([batchNormalization({ momentum: 0.9, inputShape: [null, 1] }), gru(1)]);
  compileForGradient(net);
  await net.trainOnBatch(ragged([[[1], [2], [3]], [[6]]]), [[0], [0]]);
  const [center, spread] = followed([1, 2, 3, 6]);
  expectClose(averagesOf(net).flat(), [center, spread], 1e-6);
});

test("predictions, evaluations and streams take the averages, each row by itself", async () => {
  const net = sequential([
    lstm(3, { returnSequences: true, inputShape: [null, features] }),
    batchNormalization(),
    gru(2, { returnSequences: true }),
  ]);
  compileForGradient(net);
  for (let update = 0; update < 3; update++) await net.trainOnBatch(x, waves([rows, time, 2], 3));
  const averages = averagesOf(net);
  const whole = await net.predict(x);
  await net.evaluate(x, waves([rows, time, 2], 3));
  expect(averagesOf(net)).toEqual(averages);
  const stream = await net.stream({ rows });
  for (let step = 0; step < time; step++) {
    expectClose(stream.step(stepsOf(x, step, step + 1).data), stepsOf(whole, step, step + 1).data, 1e-6);
  }
});

test.each([
  ["itself", () => batchNormalization({ trainable: false })],
  ["in a frozen wrapper", () => residual(batchNormalization(), { trainable: false })],
] as const)("a frozen one, %s, takes the averages in training too and leaves them", async (_how, make) => {
  const net = sequential([dense(2, { inputShape: [features] }), make()]);
  compileForGradient(net);
  const [few, y] = [waves([rows, features]), waves([rows, 2], 1)];
  const averages = averagesOf(net);
  const { loss } = await net.evaluate(few, y);
  expect((await net.trainOnBatch(few, y)).loss).toBeCloseTo(loss, 12);
  expect(averagesOf(net)).toEqual(averages);
});

test("one that is unfrozen again follows from the next compile on", async () => {
  const net = sequential([batchNormalization({ trainable: false, inputShape: [features] })]);
  const [few, y] = [waves([rows, features]), waves([rows, features], 1)];
  compileForGradient(net);
  await net.trainOnBatch(few, y);
  expect(averagesOf(net)).toEqual([
    [0, 0],
    [1, 1],
  ]);
  net.layers[0]!.layer.trainable = true;
  compileForGradient(net);
  await net.trainOnBatch(few, y);
  expect(averagesOf(net)).not.toEqual([
    [0, 0],
    [1, 1],
  ]);
});

describe.each(engines)("on %s", (engine) => {
  test("one that is used twice follows both batches, one after the other", async () => {
    const [a, b] = [input({ shape: [1], name: "a" }), input({ shape: [1], name: "b" })];
    const layer = batchNormalization({ momentum: 0.5 });
    const net = model({ inputs: [a, b], outputs: { a: layer.apply(a), b: layer.apply(b) } });
    compileForGradient(net, { loss: "meanSquaredError", engine });
    await net.trainOnBatch({ a: [[1], [3]], b: [[10], [20]] }, { a: [[0], [0]], b: [[0], [0]] });
    // The means are 2 and 15, the variances 1 and 25.
    expectClose(averagesOf(net).flat(), [0.5 * 1 + 0.5 * 15, 0.5 * 1 + 0.5 * 25], 1e-5);
  });

  test("goes on from a file bit for bit, averages included", async () => {
    const make = () => {
      const net = sequential([
        dense(4, { inputShape: [features], activation: "tanh" }),
        batchNormalization({ momentum: 0.8 }),
        dense(1),
      ]);
      net.compile({ loss: "meanSquaredError", optimizer: "adam", engine });
      return net;
    };
    const [many, y] = [waves([20, features]), waves([20, 1], 1)];
    const net = make();
    await net.fit(many, y, { epochs: 2, batchSize: 8 });
    const again = fromBytes(await net.toBytes(), { engine });
    await net.fit(many, y, { epochs: 2, batchSize: 8 });
    await again.fit(many, y, { epochs: 2, batchSize: 8 });
    expect(again.getWeights()).toEqual(net.getWeights());
    expect(averagesOf(net).flat().every(Number.isFinite)).toBe(true);
  });
});

test("looking into a training moves nothing", async () => {
  const train = async (callbacks: readonly ReturnType<typeof gradientStatistics>[]) => {
    const net = sequential([lstm(3, { inputShape: [time, features] }), batchNormalization(), dense(1)]);
    compileForGradient(net);
    await net.fit(x, waves([rows, 1], 1), { epochs: 3, callbacks, shuffle: false });
    return net.getWeights();
  };
  expect(await train([gradientStatistics()])).toEqual(await train([]));
});

test("a loss of one's own that applies the model again lets averages follow both times", async () => {
  const net = sequential([batchNormalization({ momentum: 0.5, inputShape: [1] })]);
  const step = trainStep(net, {
    optimizer: sgd(),
    data: ["other"],
    loss: ({ outputs, data: { other }, forward }) => mean(square(sub(outputs, forward(other)))),
  });
  await step.run([[1], [3]], { other: [[10], [20]] });
  expectClose(averagesOf(net).flat(), [8, 13], 1e-5);
});

test("inside timeDistributed it may not see masked steps, which it could not tell from others", async () => {
  const plain = sequential([timeDistributed(batchNormalization(), { inputShape: [time, features] })]);
  const same = sequential([batchNormalization({ inputShape: [time, features] })]);
  for (const net of [plain, same]) {
    compileForGradient(net);
    await net.trainOnBatch(x, waves(x.shape, 1));
  }
  for (const [i, averages] of averagesOf(plain).entries()) expectClose(averages, averagesOf(same)[i]!, 1e-12);
  const hidden = sequential([
    masking({ inputShape: [time, features] }),
    timeDistributed(residual(batchNormalization())),
  ]);
  await expect(hidden.predict(x)).rejects.toThrow(
    "timeDistributed of masked steps to get a layer that treats each step by itself, got residual",
  );
});

test("takes features of numbers alone", () => {
  const ids = input({ shape: [null], dtype: "int32" });
  expect(() => batchNormalization().apply(ids)).toThrow("input [batch, ..., features] for batchNormalization");
  expect(() => batchNormalization({ momentum: 1 })).toThrow(
    "`momentum of batchNormalization` to be a number of at least 0",
  );
  expect(batchNormalization().apply(embedding(5, 2).apply(ids)).shape).toEqual([null, 2]);
});
