/** What must hold for training: the same seed gives the same bits, and what is saved goes on as if nothing had been. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  adam,
  bidirectional,
  cosineDecay,
  decodeSafetensors,
  dense,
  dropout,
  earlyStopping,
  fromBytes,
  gru,
  input,
  load,
  lstm,
  type Model,
  model,
  modelCheckpoint,
  type NumericArray,
  reduceLearningRateOnPlateau,
  sequential,
} from "rondo";
import { describe, expect, test } from "vitest";
import { waves } from "../support/models.ts";

const [rows, time, features] = [22, 6, 2] as const;
const x = waves([rows, time, features]);
const y = waves([rows, 1], 1);

describe.each(["reference", "wasm"] as const)("on the %s engine", (engine) => {
  const make = (seed = 3) => {
    const net = sequential([
      bidirectional(gru(4, { returnSequences: true, dropout: 0.2, recurrentDropout: 0.2 }), {
        inputShape: [null, features],
      }),
      dropout(0.3),
      lstm(3),
      dense(1),
    ]);
    const optimizer = adam({ learningRate: cosineDecay({ initialLearningRate: 0.01, decaySteps: 100 }) });
    net.compile({ loss: "huber", optimizer, metrics: ["meanAbsoluteError"], seed, engine });
    return net;
  };
  const weightsOf = (net: Model) => net.getWeights().map(({ data }) => Array.from(data));
  const options = { epochs: 4, batchSize: 8, validationData: [x, y] as const };

  test("the same seed gives the same bits, another one others", async () => {
    const [one, same, other] = [make(), make(), make(4)];
    const [history, sameHistory] = [await one.fit(x, y, options), await same.fit(x, y, options)];
    await other.fit(x, y, options);
    expect(sameHistory).toEqual(history);
    expect(weightsOf(same)).toEqual(weightsOf(one));
    expect(weightsOf(other)).not.toEqual(weightsOf(one));
  });

  test("a training that is saved, loaded and resumed is the whole one, bit for bit", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rondo-"));
    try {
      const whole = make();
      const callbacks = () => [earlyStopping({ monitor: "val_loss", patience: 10, restoreBestWeights: true })];
      const history = await whole.fit(x, y, { ...options, callbacks: callbacks() });

      const first = make();
      const path = join(folder, "model.rondo");
      await first.fit(x, y, { ...options, epochs: 2, callbacks: callbacks() });
      await first.save(path);
      expect(await readdir(folder)).toEqual(["model.rondo"]);

      const second = await load(path, { engine });
      const resumed = await second.fit(x, y, { ...options, callbacks: callbacks(), resume: true });
      expect(resumed).toEqual(history);
      expect(weightsOf(second)).toEqual(weightsOf(whole));
      expect(second.step).toBe(whole.step);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a checkpoint in the middle of an epoch is enough to go on, bit for bit", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rondo-"));
    try {
      const path = join(folder, "middle.rondo");
      const whole = make();
      const saveOnce = {
        name: "saveOnce",
        onBatchEnd({ step }: { step: number }, control: { save(path: string): void }) {
          if (step === 4) control.save(path);
        },
      };
      const history = await whole.fit(x, y, { ...options, callbacks: [saveOnce] });
      const second = await load(path, { engine });
      expect(second.step).toBe(4);
      expect(await second.fit(x, y, { ...options, callbacks: [saveOnce], resume: true })).toEqual(history);
      expect(weightsOf(second)).toEqual(weightsOf(whole));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a stateful model is saved with its state", async () => {
    const net = sequential([lstm(3, { stateful: true, inputShape: [null, features] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    await net.trainOnBatch(x, y);
    const again = fromBytes(await net.toBytes(), { engine });
    await expect(again.predict(x, { batchSize: 2 })).rejects.toThrow(`${rows} rows`);
    expect((await again.predict(x, { batchSize: rows })).data).toEqual(
      (await net.predict(x, { batchSize: rows })).data,
    );
    net.resetStates();
    again.resetStates();
    const fromZero = (await net.predict(x, { batchSize: rows })).data;
    expect((await again.predict(x, { batchSize: rows })).data).toEqual(fromZero);
  });
});

test("what several outputs were compiled for is saved", async () => {
  const start = input({ shape: [features] });
  const net = model({ inputs: start, outputs: { a: dense(1).apply(start), b: dense(2).apply(start) } });
  net.compile({
    loss: { a: "huber", b: "meanSquaredError" },
    lossWeights: { b: 3 },
    metrics: { b: ["meanAbsoluteError"] },
    optimizer: "sgd",
    engine: "reference",
  });
  const [xs, ys] = [waves([4, features]), { a: waves([4, 1], 1), b: waves([4, 2], 2) }];
  const again = fromBytes<{ a: NumericArray; b: NumericArray }>(await net.toBytes(), { engine: "reference" });
  expect(await again.evaluate(xs, ys)).toEqual(await net.evaluate(xs, ys));
});

test("weights that a callback remembers are saved once, as numbers", async () => {
  const net = sequential([dense(1, { inputShape: [features] })]);
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  const callbacks = [earlyStopping({ monitor: "loss", patience: 5, restoreBestWeights: true })];
  await net.fit(waves([8, features]), waves([8, 1], 1), { epochs: 2, callbacks });
  const { tensors, metadata } = decodeSafetensors(await net.toBytes());
  expect([...tensors.keys()]).toContain("callback/0.earlyStopping/dense/kernel");
  expect(metadata.content).not.toContain('"weights":{');
});

test("the rate that a callback has set is saved", async () => {
  const net = sequential([dense(1, { inputShape: [features] })]);
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  const plateau = reduceLearningRateOnPlateau({ monitor: "loss", patience: 1, factor: 0.5, minDelta: 100 });
  const rates: number[] = [];
  const watch = {
    name: "watch",
    onEpochBegin: ({ learningRate }: { learningRate: number }) => void rates.push(learningRate),
  };
  const [xs, ys] = [waves([8, features]), waves([8, 1], 1)];
  await net.fit(xs, ys, { epochs: 4, callbacks: [plateau, watch] });
  const again = fromBytes(await net.toBytes(), { engine: "reference" });
  await again.fit(xs, ys, { epochs: 5, initialEpoch: 4, callbacks: [watch] });
  expect(rates.at(-1)).toBeLessThan(rates[0]!);
  expect(rates.at(-1)).toBeLessThanOrEqual(rates.at(-2)!);
});

test("modelCheckpoint writes models that load", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rondo-"));
  try {
    const net = sequential([dense(1, { inputShape: [features] })]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    const path = join(folder, "best.rondo");
    await net.fit(waves([8, features]), waves([8, 1], 1), { epochs: 2, callbacks: [modelCheckpoint({ path })] });
    const again = await load(path, { engine: "reference" });
    expect(again.getConfig()).toEqual(net.getConfig());
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe("odd batches", () => {
  const make = () => {
    const net = sequential([lstm(3, { inputShape: [null, features] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", metrics: ["meanAbsoluteError"] });
    return net;
  };

  test.each([
    ["a single row", 1, 6],
    ["a single step", 5, 1],
    ["a single row of a single step", 1, 1],
    ["a last batch of one row", 9, 4],
  ])("%s", async (_what, batch, steps) => {
    const net = make();
    const [xs, ys] = [waves([batch, steps, features]), waves([batch, 1], 1)];
    const history = await net.fit(xs, ys, { epochs: 2, batchSize: 8 });
    expect(history.metrics.loss!.every(Number.isFinite)).toBe(true);
    const { data, shape } = await net.predict(xs, { batchSize: 8 });
    expect(shape).toEqual([batch, 1]);
    expect(data.every(Number.isFinite)).toBe(true);
    const { loss } = await net.evaluate(xs, ys, { batchSize: 8 });
    const { loss: atOnce } = await net.evaluate(xs, ys, { batchSize: batch });
    expect(loss).toBeCloseTo(atOnce!, 6);
  });

  test("batches of different lengths, from a stream", async () => {
    const net = make();
    async function* batches() {
      for (const steps of [3, 7, 3]) yield { x: waves([4, steps, features]), y: waves([4, 1], steps) };
    }
    const history = await net.fit(batches, { epochs: 2 });
    expect(history.epochs).toEqual([0, 1]);
    expect(await net.evaluate(batches)).toEqual(await net.evaluate(batches));
  });
});
