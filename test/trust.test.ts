/** What makes a training one to rely on: averages, accumulated gradients, an end that is stated. */
import {
  adam,
  type Callback,
  categoricalCrossentropy,
  dense,
  fromBytes,
  huber,
  input,
  mean,
  meanAbsoluteError,
  meanSquaredError,
  mixedLoss,
  model,
  modelCheckpoint,
  nadam,
  OptionError,
  rmsprop,
  sequential,
  sgd,
  simpleRnn,
  sparseCategoricalCrossentropy,
  swapEmaWeights,
  trainStep,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const x = waves([12, 4, 2]);
const y = waves([12, 1], 1);
const make = (optimizer = adam()) => {
  const net = sequential([simpleRnn(3, { inputShape: [4, 2] }), dense(1)]);
  net.compile({ loss: "meanSquaredError", optimizer, seed: 2, engine: "reference" });
  return net;
};
const weightsOf = (net: ReturnType<typeof make>) => net.getWeights().map(({ data }) => Array.from(data));

describe("gradientAccumulationSteps", () => {
  test.each([
    ["sgd", (options) => sgd({ momentum: 0.5, ...options })],
    ["rmsprop", rmsprop],
    ["adam", (options) => adam({ weightDecay: 0.1, globalClipNorm: 0.05, ...options })],
    ["nadam", nadam],
  ] as const satisfies readonly (readonly [string, (options: object) => ReturnType<typeof sgd>])[])(
    "%s: three batches of four are one of twelve",
    async (_name, optimizer) => {
      const [whole, parts] = [make(optimizer({})), make(optimizer({ gradientAccumulationSteps: 3 }))];
      await whole.fit(x, y, { epochs: 3, batchSize: 12, shuffle: false });
      await parts.fit(x, y, { epochs: 3, batchSize: 4, shuffle: false });
      for (const [i, list] of weightsOf(parts).entries()) expectClose(list, weightsOf(whole)[i]!, 1e-11);
      expect(parts.step).toBe(9);
    },
  );

  test("changes nothing between updates, and schedules count updates", async () => {
    const rates: number[] = [];
    const learningRate = (step: number) => {
      rates.push(step);
      return 0.1;
    };
    const net = make(sgd({ gradientAccumulationSteps: 3, learningRate }));
    const before = weightsOf(net);
    for (let batch = 0; batch < 2; batch++) await net.trainOnBatch(x, y);
    expect(weightsOf(net)).toEqual(before);
    await net.trainOnBatch(x, y);
    expect(weightsOf(net)).not.toEqual(before);
    await net.trainOnBatch(x, y);
    expect([...new Set(rates)]).toEqual([0, 1]);
  });
});

describe("emaMomentum", () => {
  /** The average of the weights after each update, as Keras defines it. */
  async function averagesOf(net: ReturnType<typeof make>, updates: number, momentum: number, every = 1) {
    let average = weightsOf(net);
    for (let update = 1; update <= updates; update++) {
      await net.trainOnBatch(x, y);
      if (update % every > 0) continue;
      const now = weightsOf(net);
      average = now.map((list, i) =>
        list.map((value, k) => (update === every ? value : momentum * average[i]![k]! + (1 - momentum) * value)),
      );
    }
    return average;
  }

  test.each([1, 2])("averages the weights after each update of %i batches", async (every) => {
    const optimizer = () => adam({ learningRate: 0.1, emaMomentum: 0.8, gradientAccumulationSteps: every });
    const expected = await averagesOf(make(optimizer()), 6, 0.8, every);
    const net = make(optimizer());
    await net.fit(x, y, { epochs: 6, batchSize: 12, shuffle: false, callbacks: [swapEmaWeights()] });
    for (const [i, list] of weightsOf(net).entries()) expectClose(list, expected[i]!, 1e-12);
  });

  test("validation measures the averages; training goes on from the weights", async () => {
    const optimizer = () => adam({ learningRate: 0.1, emaMomentum: 0.8 });
    const [plain, averaged] = [make(optimizer()), make(optimizer())];
    const options = { epochs: 4, batchSize: 12, shuffle: false, validationData: [x, y] as const };
    const one = await plain.fit(x, y, options);
    const other = await averaged.fit(x, y, { ...options, callbacks: [swapEmaWeights()] });
    expect(other.metrics.loss).toEqual(one.metrics.loss);
    expect(other.metrics.val_loss![0]).toBe(one.metrics.val_loss![0]);
    expect(other.metrics.val_loss!.slice(1)).not.toEqual(one.metrics.val_loss!.slice(1));
    const { loss } = await averaged.evaluate(x, y);
    expect(loss).toBeCloseTo(other.metrics.val_loss!.at(-1)!, 12);
  });

  test("is saved in the middle: training goes on bit for bit", async () => {
    const optimizer = () => adam({ learningRate: 0.1, emaMomentum: 0.8 });
    const options = { epochs: 4, batchSize: 5, validationData: [x, y] as const };
    const whole = make(optimizer());
    const history = await whole.fit(x, y, { ...options, callbacks: [swapEmaWeights()] });
    const first = make(optimizer());
    let saved: Uint8Array | undefined;
    const keep: Callback = {
      name: "keep",
      async onBatchEnd({ step }) {
        if (step === 5) saved = await first.toBytes();
      },
    };
    await first.fit(x, y, { ...options, callbacks: [swapEmaWeights(), keep] });
    const second = fromBytes(saved!, { engine: "reference" });
    expect(await second.fit(x, y, { ...options, callbacks: [swapEmaWeights(), keep], resume: true })).toEqual(history);
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  test("is needed by the callback", async () => {
    await expect(make().fit(x, y, { callbacks: [swapEmaWeights()] })).rejects.toThrow(/emaMomentum/);
    expect(() => adam({ emaMomentum: 1 })).toThrow(OptionError);
    expect(() => adam({ gradientAccumulationSteps: 0 })).toThrow(OptionError);
  });
});

describe("until", () => {
  test("trains to the minimum, and says why it ended", async () => {
    const line = sequential([dense(1, { inputShape: [1] })]);
    line.compile({ loss: "meanSquaredError", optimizer: sgd({ learningRate: 0.1 }), engine: "reference" });
    const [xs, ys] = [
      [[0], [1], [2]],
      [[1], [2], [4]],
    ];
    const { stopped, epochs } = await line.fit(xs, ys, { until: { tolerance: 1e-9, patience: 3 }, batchSize: 3 });
    expect(stopped).toBe("converged: loss changed by at most 1e-9 of its value in each of the last 3 epochs");
    expect(epochs.length).toBeLessThan(1000);
    const [slope, intercept] = line.getWeights().map(({ data }) => data[0]!);
    expect(slope).toBeCloseTo(1.5, 3);
    expect(intercept).toBeCloseTo(5 / 6, 3);
  });

  test("ends at the last epoch at the latest, and goes on from a saved training", async () => {
    const options = { until: { tolerance: 0.01, patience: 4 }, batchSize: 12, epochs: 60 };
    const whole = make();
    const history = await whole.fit(x, y, options);
    expect(history.stopped).toMatch(/^converged/);
    const first = make();
    expect((await first.fit(x, y, { ...options, epochs: 2 })).stopped).toBeUndefined();
    const second = fromBytes(await first.toBytes(), { engine: "reference" });
    expect(await second.fit(x, y, { ...options, resume: true })).toEqual(history);
  });

  test("is checked", async () => {
    await expect(make().fit(x, y, { until: { monitor: "val_loss" } })).rejects.toThrow(/one of loss, got "val_loss"/);
    await expect(make().fit(x, y, { until: { patience: 0 } })).rejects.toThrow(OptionError);
    await expect(make().fit(x, y, { until: { minDelta: 1 } as object })).rejects.toThrow(/tolerance/);
  });
});

describe("mixedLoss", () => {
  test("is the weighted sum, and is saved", async () => {
    const loss = mixedLoss({ parts: [{ loss: meanSquaredError() }, { loss: huber({ delta: 0.1 }), weight: 3 }] });
    const net = make();
    const of = async (one: Parameters<typeof net.compile>[0]["loss"]) => {
      net.compile({ loss: one, optimizer: "sgd", engine: "reference" });
      return (await net.evaluate(x, y)).loss;
    };
    const expected = (await of("meanSquaredError")) + 3 * (await of(huber({ delta: 0.1 })));
    expect(await of(loss)).toBeCloseTo(expected, 12);
    const again = fromBytes(await net.toBytes(), { engine: "reference" });
    expect((await again.evaluate(x, y)).loss).toBeCloseTo(expected, 12);
    expect(await of({ name: "mixedLoss", parts: [{ loss: "meanAbsoluteError", weight: 2 }] })).toBeCloseTo(
      2 * (await of("meanAbsoluteError")),
      12,
    );
  });

  test("works on logits where its parts do", async () => {
    const parts = [{ loss: categoricalCrossentropy() }, { loss: meanAbsoluteError(), weight: 0.5 }];
    const build = () => {
      const start = input({ shape: [2] });
      return model({ inputs: start, outputs: dense(3, { activation: "softmax" }).apply(start) });
    };
    const [mixed, one, other] = [build(), build(), build()];
    compileForGradient(mixed, { loss: mixedLoss({ parts }) });
    compileForGradient(one, { loss: "categoricalCrossentropy" });
    compileForGradient(other, { loss: "meanAbsoluteError" });
    for (const net of [mixed, one, other]) setWaves(net);
    const data = waves([4, 2]);
    const target = { data: Float64Array.from({ length: 12 }, (_, i) => (i % 4 === 0 ? 1 : 0)), shape: [4, 3] };
    const [found, a, b] = [
      await gradientsOf(mixed, data, target),
      await gradientsOf(one, data, target),
      await gradientsOf(other, data, target),
    ];
    for (const [i, list] of found.entries())
      expectClose(
        list,
        a[i]!.map((value, k) => value + 0.5 * b[i]![k]!),
        1e-12,
      );
    // Probabilities that round to 0 and 1 still have a gradient.
    mixed.setWeights(
      mixed.getWeights().map(({ data, shape }) => ({ shape, data: data.map((v) => 400 * v) as Float64Array })),
    );
    expect((await gradientsOf(mixed, data, target)).flatMap((list) => Array.from(list)).every(Number.isFinite)).toBe(
      true,
    );
  });

  test("wants losses of the same targets", () => {
    const parts = [{ loss: categoricalCrossentropy() }, { loss: sparseCategoricalCrossentropy() }];
    expect(() => mixedLoss({ parts })).toThrow(/same targets/);
    expect(() => mixedLoss({ parts: [] })).toThrow(OptionError);
    expect(() => mixedLoss({ parts: [{ loss: "huber" as never }] })).toThrow(/huber\(\) instead of its name/);
  });
});

test("labelSmoothing of class numbers is that of one-hot rows", async () => {
  const build = (loss: ReturnType<typeof categoricalCrossentropy>) => {
    const net = sequential([dense(3, { activation: "softmax", inputShape: [2] })]);
    compileForGradient(net, { loss });
    setWaves(net);
    return net;
  };
  const options = { labelSmoothing: 0.2 };
  const [rows, numbers] = [build(categoricalCrossentropy(options)), build(sparseCategoricalCrossentropy(options))];
  const data = waves([4, 2]);
  const classes = Int32Array.of(2, 0, 1, 1);
  const oneHot = {
    data: Float64Array.from({ length: 12 }, (_, i) => (i % 3 === classes[Math.floor(i / 3)] ? 1 : 0)),
    shape: [4, 3],
  };
  expect((await numbers.evaluate(data, classes)).loss).toBeCloseTo((await rows.evaluate(data, oneHot)).loss, 12);
  const [found, expected] = [await gradientsOf(numbers, data, classes), await gradientsOf(rows, data, oneHot)];
  for (const [i, list] of found.entries()) expectClose(list, expected[i]!, 1e-12);
});

test("modelCheckpoint saves after every so many updates", async () => {
  const saved: number[] = [];
  const checkpoint = modelCheckpoint({ path: "x", saveFrequency: 4 });
  for (let step = 1; step <= 9; step++) {
    await checkpoint.onBatchEnd!({ step } as never, { save: () => saved.push(step) } as never);
  }
  await checkpoint.onEpochEnd!({} as never, { save: () => saved.push(0) } as never);
  expect(saved).toEqual([4, 8]);
  expect(() => modelCheckpoint({ path: () => "x", saveFrequency: 4 })).toThrow(/function as `path`/);
  expect(() => modelCheckpoint({ path: "x", saveFrequency: 4, saveBestOnly: true })).toThrow(OptionError);
});

test("trainStep accumulates gradients like fit", async () => {
  const [one, other] = [make(sgd({ gradientAccumulationSteps: 2 })), make()];
  const step = trainStep(other, {
    optimizer: sgd({ gradientAccumulationSteps: 2 }),
    data: ["target"],
    loss: ({ outputs, data }) => mean(meanSquaredError().values(data.target, outputs)),
  });
  for (let turn = 0; turn < 3; turn++) {
    await one.trainOnBatch(x, y);
    await step.run(x, { target: y });
  }
  for (const [i, list] of weightsOf(other).entries()) expectClose(list, weightsOf(one)[i]!, 1e-12);
});
