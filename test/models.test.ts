/** Models: how layers are joined, whose numbers they have, and what they say about themselves. */
import {
  dense,
  embedding,
  input,
  log,
  lstm,
  type Model,
  masking,
  model,
  mul,
  neg,
  type Prediction,
  sequential,
  simpleRnn,
  sum,
} from "rondo";
import { describe, expect, test, vi } from "vitest";
import { engines } from "./support/engines.ts";
import { compileForGradient, differencesOf, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const numbersOf = <P extends Prediction>(net: Model<P>) => net.getWeights().map(({ data }) => Array.from(data));

describe("weights", () => {
  test("come layer by layer in the order and with the shapes of Keras", () => {
    const net = sequential([
      embedding(7, 4, { inputShape: [5] }),
      lstm(3, { returnSequences: true }),
      lstm(2),
      dense(1),
    ]);
    expect(net.getWeights().map(({ name, shape }) => `${name} [${shape}]`)).toEqual([
      "embedding/embeddings [7,4]",
      "lstm/kernel [4,12]",
      "lstm/recurrentKernel [3,12]",
      "lstm/bias [12]",
      "lstm_1/kernel [3,8]",
      "lstm_1/recurrentKernel [2,8]",
      "lstm_1/bias [8]",
      "dense/kernel [2,1]",
      "dense/bias [1]",
    ]);
  });

  test("begin as in Keras: the forget gate's bias at 1, the other biases at 0, each kernel its own", () => {
    const net = sequential([lstm(2, { returnSequences: true, inputShape: [5, 2] }), lstm(2)]);
    const [kernel, recurrentKernel, bias, otherKernel] = numbersOf(net);
    expect(bias).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(new Set([...kernel!, ...otherKernel!]).size).toBe(32);
    const row = (i: number) => recurrentKernel!.slice(8 * i, 8 * i + 8);
    const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(product(row(0), row(0))).toBeCloseTo(1, 6);
    expect(product(row(0), row(1))).toBeCloseTo(0, 6);
  });

  test("are drawn by the seed of compile, and only before they are used", async () => {
    const make = () => sequential([dense(3, { inputShape: [2] })]);
    const compile = (net: Model, seed: number) =>
      net.compile({ loss: "huber", optimizer: "sgd", seed, engine: "reference" });
    const [one, same, other] = [make(), make(), make()];
    compile(one, 1);
    same.getWeights();
    compile(same, 1);
    compile(other, 2);
    expect(numbersOf(same)).toEqual(numbersOf(one));
    expect(numbersOf(other)).not.toEqual(numbersOf(one));

    await one.trainOnBatch(waves([2, 2]), waves([2, 3]));
    const trained = numbersOf(one);
    compile(one, 5);
    expect(numbersOf(one)).toEqual(trained);
    expect(one.step).toBe(0);

    const set = make();
    set.setWeights(one.getWeights());
    compile(set, 5);
    expect(numbersOf(set)).toEqual(trained);
  });

  test("move with the model to another engine", async () => {
    const net = sequential([lstm(3, { inputShape: [4, 2] })]);
    const x = waves([2, 4, 2]);
    const results: ArrayLike<number>[] = [];
    for (const engine of engines) {
      net.compile({ loss: "huber", optimizer: "sgd", engine });
      expect((await net.engine()).name).toBe(engine);
      results.push((await net.predict(x)).data);
    }
    expectClose(results[0]!, results[1]!, 1e-6);
  });
});

describe("layers that are used more than once", () => {
  test("share their weights within a model", async () => {
    const [a, b] = [input({ shape: [4, 2], name: "a" }), input({ shape: [6, 2], name: "b" })];
    const shared = simpleRnn(3);
    const net = model({ inputs: [a, b], outputs: { a: shared.apply(a), b: shared.apply(b) } });
    compileForGradient(net);
    setWaves(net);
    expect(net.layers).toHaveLength(1);
    expect(net.getWeights()).toHaveLength(3);
    const x = { a: waves([2, 4, 2]), b: waves([2, 6, 2], 1) };
    const y = { a: waves([2, 3], 2), b: waves([2, 3], 3) };
    const [found, expected] = [await gradientsOf(net, x, y), await differencesOf(net, [x, y])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7);
  });

  test("share their weights between models", async () => {
    const x = input({ shape: [4, 2] });
    const encoded = lstm(3).apply(x);
    const encoder = model({ inputs: x, outputs: encoded });
    const whole = model({ inputs: x, outputs: dense(1).apply(encoded) });
    for (const net of [encoder, whole]) net.compile({ loss: "huber", optimizer: "adam", engine: "reference" });
    const data = waves([3, 4, 2]);
    const before = await encoder.predict(data);
    await whole.fit(data, waves([3, 1]), { epochs: 2 });
    const after = await encoder.predict(data);
    expect(after.data).not.toEqual(before.data);
    expect(numbersOf(encoder)).toEqual(numbersOf(whole).slice(0, 3));
  });
});

test("models that share layers may run on different engines in turn", async () => {
  const x = input({ shape: [2] });
  const shared = dense(3).apply(x);
  const [one, other] = [model({ inputs: x, outputs: shared }), model({ inputs: x, outputs: dense(1).apply(shared) })];
  one.compile({ loss: "huber", optimizer: "sgd", engine: "wasm" });
  other.compile({ loss: "huber", optimizer: "sgd", engine: "reference" });
  const data = waves([2, 2]);
  for (let turn = 0; turn < 2; turn++) {
    const before = (await one.predict(data)).data;
    await other.trainOnBatch(data, waves([2, 1], 3));
    const after = (await one.predict(data)).data;
    expect(after).not.toEqual(before);
    const [kernel, bias] = numbersOf(other);
    const expected = Array.from({ length: 6 }, (_, i) => {
      const [row, unit] = [Math.floor(i / 3), i % 3];
      return data.data[row * 2]! * kernel![unit]! + data.data[row * 2 + 1]! * kernel![3 + unit]! + bias![unit]!;
    });
    expectClose(after, expected, 1e-6);
  }
});

test("an encoder hands its state to a decoder", async () => {
  const source = input({ shape: [null, 2], name: "source" });
  const target = input({ shape: [null, 3], name: "target" });
  const [, h, c] = lstm(4, { returnState: true }).apply(source);
  const decoded = lstm(4, { returnSequences: true, name: "decoder" }).apply(target, { initialState: [h!, c!] });
  const net = model({ inputs: [source, target], outputs: dense(3, { activation: "softmax" }).apply(decoded) });
  compileForGradient(net, { loss: "categoricalCrossentropy" });
  setWaves(net);
  const x = { source: waves([2, 5, 2]), target: waves([2, 3, 3], 1) };
  const y = { data: Float64Array.from({ length: 18 }, (_, i) => (i % 4 === 0 ? 1 : 0)), shape: [2, 3, 3] };
  const [found, expected] = [await gradientsOf(net, x, y), await differencesOf(net, [x, y])];
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-6);
  expect(net.layers.map(({ name }) => name)).toEqual(["lstm", "decoder", "dense"]);
});

test("the loss from logits has the gradient of the loss from probabilities", async () => {
  const make = () => sequential([dense(3, { activation: "softmax", inputShape: [2] })]);
  const [inside, outside] = [make(), make()];
  compileForGradient(inside, { loss: "categoricalCrossentropy" });
  // A function sees the probabilities alone.
  compileForGradient(outside, { loss: (target, prediction) => neg(sum(mul(target, log(prediction)), { axes: [-1] })) });
  for (const net of [inside, outside]) setWaves(net);
  const x = waves([4, 2]);
  const y = { data: Float64Array.from({ length: 12 }, (_, i) => (i % 4 === 0 ? 1 : 0)), shape: [4, 3] };
  const [found, expected] = [await gradientsOf(inside, x, y), await gradientsOf(outside, x, y)];
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-12);
});

test("data comes as nested arrays, typed arrays, or batches from a stream", async () => {
  const make = () => {
    const net = sequential([lstm(2, { inputShape: [3, 1] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    return net;
  };
  const nested = Array.from({ length: 6 }, (_, row) => [[row], [row / 2], [1]]);
  const typed = { data: Float32Array.from(nested.flat(2)), shape: [6, 3, 1] };
  const y = Float32Array.from({ length: 6 }, (_, row) => row);
  async function* batches() {
    for (let row = 0; row < 6; row += 2) yield { x: nested.slice(row, row + 2), y: y.slice(row, row + 2) };
  }
  const [one, two, three] = [make(), make(), make()];
  await one.fit(nested, Array.from(y), { batchSize: 2, shuffle: false });
  await two.fit(typed, y, { batchSize: 2, shuffle: false });
  await three.fit(batches);
  expect(numbersOf(two)).toEqual(numbersOf(one));
  expect(numbersOf(three)).toEqual(numbersOf(one));
  expect(await three.evaluate(batches)).toEqual(await one.evaluate(nested, y, { batchSize: 2 }));
  // A list of batches can be read again.
  const list = [];
  for await (const batch of batches()) list.push(batch);
  const [four, five] = [make(), make()];
  await four.fit(list, { epochs: 2 });
  await five.fit(nested, Array.from(y), { batchSize: 2, shuffle: false, epochs: 2 });
  expect(numbersOf(four)).toEqual(numbersOf(five));
  expect(await four.evaluate(list)).toEqual(await five.evaluate(nested, y, { batchSize: 2 }));
});

test("predictions do not depend on how rows are put into batches", async () => {
  const net = sequential([lstm(3, { inputShape: [4, 2] })]);
  const x = waves([7, 4, 2]);
  const whole = await net.predict(x, { batchSize: 7 });
  for (const batchSize of [1, 2, 3, 100]) expectClose((await net.predict(x, { batchSize })).data, whole.data, 1e-6);
});

test("predictions that are asked for at once are each their own", async () => {
  const net = sequential([lstm(3, { inputShape: [4, 2] })]);
  const inputs = [0, 1, 2].map((seed) => waves([2, 4, 2], seed));
  const alone = [];
  for (const x of inputs) alone.push((await net.predict(x)).data);
  const atOnce = await Promise.all(inputs.map((x) => net.predict(x)));
  expect(atOnce.map(({ data }) => data)).toEqual(alone);
});

test("a model tells its layers, shapes and parameters", () => {
  const net = sequential([
    lstm(50, { returnSequences: true, inputShape: [null, 8] }),
    lstm(50, { name: "memory" }),
    dense(4, { activation: "softmax" }),
  ]);
  expect(net.summary()).toMatchInlineSnapshot(`
    "Layer          Output shape                Parameters
    ─────────────────────────────────────────────────────
    lstm           [batch, time, 50 features]      11,800
    memory (lstm)  [batch, 50 features]            20,200
    dense          [batch, 4 features]                204
    ─────────────────────────────────────────────────────
    Parameters: 32,204
    Trainable: 32,204
    Non-trainable: 0"
  `);
});

test("a configuration is plain data", () => {
  const net = sequential([
    masking({ maskValue: -1, inputShape: [null, 2] }),
    lstm(3, { name: "memory", recurrentInitializer: { name: "orthogonal", gain: 0.5 } }),
  ]);
  expect(JSON.parse(JSON.stringify(net.getConfig()))).toEqual(net.getConfig());
});

test("RONDO_ENGINE chooses the engine, where nothing else does", async () => {
  const make = () => sequential([dense(1, { inputShape: [2] })]);
  vi.stubEnv("RONDO_ENGINE", "reference");
  try {
    expect((await make().engine()).name).toBe("reference");
    const chosen = make();
    chosen.compile({ loss: "huber", optimizer: "sgd", engine: "wasm" });
    expect((await chosen.engine()).name).toBe("wasm");
    vi.stubEnv("RONDO_ENGINE", "abacus");
    await expect(make().engine()).rejects.toThrow("RONDO_ENGINE");
  } finally {
    vi.unstubAllEnvs();
  }
  expect((await make().engine()).name).toBe(engines[0]);
});
