/** Weights that training leaves alone: fixed ones, frozen layers, and a saved model that learns on in part. */
import {
  add,
  bidirectional,
  defineCell,
  dense,
  fromBytes,
  input,
  lstm,
  type Model,
  matmul,
  model,
  recurrent,
  sequential,
  simpleRnn,
  tanh,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, differencesOf, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [rows, time, features] = [6, 5, 2] as const;
const x = waves([rows, time, features]);
const y = waves([rows, 1], 1);

/** A reservoir: only the readout learns (Jaeger 2001). */
const reservoir = defineCell({
  name: "reservoir",
  weights: (inputSize, units) => ({
    kernel: { shape: [inputSize, units], initializer: "glorotUniform", trainable: false },
    recurrentKernel: { shape: [units, units], initializer: "orthogonal", trainable: false },
    bias: { shape: [units], initializer: "zeros" },
  }),
  state: (units) => ({ h: units }),
  step: ({ kernel, recurrentKernel, bias }, x, { h }) => ({
    h: tanh(add(add(matmul(x, kernel), bias), matmul(h, recurrentKernel))),
  }),
});

const bitsOf = (net: Model) => Object.fromEntries(net.getWeights().map(({ name, data }) => [name, Array.from(data)]));
const changedIn = (net: Model, before: Record<string, number[]>) =>
  Object.entries(bitsOf(net))
    .filter(([name, data]) => data.some((value, i) => value !== before[name]![i]))
    .map(([name]) => name);

test("fixed weights of a cell stay; the others have the gradient of finite differences", async () => {
  const net = sequential([recurrent(reservoir, 3, { inputShape: [time, features] }), dense(1)]);
  compileForGradient(net);
  setWaves(net);
  const [found, expected] = [await gradientsOf(net, x, y), await differencesOf(net, [x, y])];
  for (const [i, { name }] of net.getWeights().entries()) {
    if (name.endsWith("ernel") && name.startsWith("reservoir")) expect(found[i]!.every((g) => g === 0)).toBe(true);
    else expectClose(found[i]!, expected[i]!, 1e-7, name);
  }
  expect(net.summary()).toContain("Parameters: 22\nTrainable: 7\nNon-trainable: 15");
  const again = fromBytes(await net.toBytes(), { cells: [reservoir], engine: "reference" });
  await again.trainOnBatch(x, y);
  await net.trainOnBatch(x, y);
  expect(bitsOf(again)).toEqual(bitsOf(net));
});

describe("fine-tuning a saved model", () => {
  const make = () => {
    const net = sequential([
      lstm(4, { returnSequences: true, name: "encoder", inputShape: [time, features] }),
      lstm(3, { name: "memory" }),
      dense(1, { name: "head" }),
    ]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    return net;
  };
  const freeze = (net: Model, ...names: string[]) => {
    for (const { name, layer } of net.layers) layer.trainable = !names.includes(name);
  };

  test("frozen layers stay bit for bit, the others learn the new data", async () => {
    const first = make();
    await first.fit(x, y, { epochs: 2 });
    const net = fromBytes(await first.toBytes(), { engine: "reference" });
    const before = bitsOf(net);
    freeze(net, "encoder", "memory");
    expect(net.summary()).toContain("Parameters: 212\nTrainable: 4\nNon-trainable: 208");
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    const [few, target] = [waves([2, time, features], 5), waves([2, 1], 6)];
    const { metrics } = await net.fit(few, target, { epochs: 30 });
    expect(metrics.loss!.at(-1)!).toBeLessThan(metrics.loss![0]!);
    expect(changedIn(net, before)).toEqual(["head/kernel", "head/bias"]);

    // Then everything, and what was saved in between goes on the same way.
    const saved = fromBytes(await net.toBytes(), { engine: "reference" });
    for (const each of [net, saved]) await each.trainOnBatch(few, target);
    expect(bitsOf(saved)).toEqual(bitsOf(net));
    freeze(net);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    await net.trainOnBatch(few, target);
    expect(changedIn(net, before)).toHaveLength(8);
  });

  test("freezing counts from the next compile on, saved or not", async () => {
    const net = make();
    freeze(net, "head");
    const again = fromBytes(await net.toBytes(), { engine: "reference" });
    const before = bitsOf(net);
    for (const each of [net, again]) {
      await each.trainOnBatch(x, y);
      expect(changedIn(each, before)).toHaveLength(8);
    }
    expect(again.layers.map(({ layer }) => layer.trainable)).toEqual([true, true, false]);

    // The other way round: what was frozen when compiled stays so.
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    freeze(net);
    const third = fromBytes(await net.toBytes(), { engine: "reference" });
    const start = bitsOf(net);
    for (const each of [net, third]) {
      await each.trainOnBatch(x, y);
      expect(changedIn(each, start)).not.toContain("head/kernel");
      expect(changedIn(each, start)).toHaveLength(6);
    }
  });

  test("a training that was saved before there was freezing goes on", async () => {
    const net = make();
    await net.trainOnBatch(x, y);
    const bytes = await net.toBytes();
    const text = new TextDecoder("latin1").decode(bytes);
    // The header is JSON with a JSON string inside; the same number of bytes keeps every offset.
    const old = text.replace(String.raw`\"frozen\":[],`, " ".repeat(String.raw`\"frozen\":[],`.length));
    expect(old).not.toBe(text);
    const again = fromBytes(
      Uint8Array.from(old, (letter) => letter.charCodeAt(0)),
      { engine: "reference" },
    );
    for (const each of [net, again]) await each.trainOnBatch(x, y);
    expect(bitsOf(again)).toEqual(bitsOf(net));
  });
});

test("a wrapper freezes the layers inside, and says so in its configuration", async () => {
  const start = input({ shape: [time, features] });
  const both = bidirectional(simpleRnn(3, { returnSequences: true }), { trainable: false });
  const each = timeDistributed(dense(2));
  each.trainable = false;
  const net = model({ inputs: start, outputs: dense(1).apply(each.apply(both.apply(start))) });
  expect(net.summary()).toContain("Trainable: 3\n");
  const again = fromBytes(await net.toBytes());
  expect(again.summary()).toBe(net.summary());
  both.trainable = true;
  expect(net.summary()).toContain("Trainable: 39\n");
});

test("a model with nothing to train keeps its weights", async () => {
  const net = sequential([dense(1, { trainable: false, inputShape: [features] })]);
  net.compile({ loss: "meanSquaredError", optimizer: { name: "adam", globalClipNorm: 1 }, engine: "reference" });
  const before = bitsOf(net);
  await net.fit(waves([4, features]), waves([4, 1], 1));
  expect(bitsOf(net)).toEqual(before);
});

test("what is no answer to `trainable` is refused", () => {
  expect(() => dense(1, { trainable: "no" as never })).toThrow("`trainable of dense` to be true or false");
  expect(() => Object.assign(dense(1), { trainable: 1 })).toThrow("`trainable of dense` to be true or false");
});
