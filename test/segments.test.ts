/** Training from segment to segment of long rows: truncated back-propagation with states handed over. */
import {
  adam,
  add,
  attention,
  bidirectional,
  type Callback,
  type ColumnsInput,
  concatenate,
  conv1d,
  defineCell,
  dense,
  embedding,
  fromBytes,
  globalAveragePooling1d,
  gru,
  input,
  type Layer,
  lstm,
  type Model,
  masking,
  matmul,
  model,
  type NumericArray,
  type Prediction,
  ragged,
  recurrent,
  sequential,
  sgd,
  tanh,
  tcn,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "./support/engines.ts";
import { rowOf, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [rows, time, features] = [3, 11, 2] as const;
const x = waves([rows, time, features]);
const y = waves([rows, time, 1], 1);
/** So small a rate that weights stay as they are. */
const still = () => sgd({ learningRate: 1e-300 });
const numbersOf = (net: Pick<Model, "getWeights">) => net.getWeights().flatMap(({ data }) => Array.from(data));

describe.each(engines)("on %s", (engine) => {
  const net = (stateful: boolean) => {
    const made = sequential([
      lstm(4, { returnSequences: true, stateful, inputShape: [null, features] }),
      gru(3, { returnSequences: true, stateful }),
      dense(1),
    ]);
    made.compile({ loss: "meanSquaredError", optimizer: adam({ learningRate: 0.05 }), engine });
    setWaves(made);
    return made;
  };

  test("it is the loop over a stateful model that people write by hand", async () => {
    const [whole, byHand] = [net(false), net(true)];
    const { metrics } = await whole.fit(x, y, { epochs: 2, batchSize: rows, shuffle: false, truncate: 4 });
    const losses: number[] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      byHand.resetStates();
      let loss = 0;
      for (const [start, end] of [
        [0, 4],
        [4, 8],
        [8, 11],
      ] as const) {
        const made = await byHand.trainOnBatch(stepsOf(x, start, end), stepsOf(y, start, end));
        loss += (made.loss * (end - start)) / time;
      }
      losses.push(loss);
    }
    expectClose(numbersOf(whole), numbersOf(byHand), 0);
    expectClose(metrics.loss!, losses, 1e-6);
    expect(whole.step).toBe(6);
  });

  test("rows that have ended change nothing, and the others go on", async () => {
    const [whole, byHand] = [net(false), net(true)];
    const lengths = [11, 7, 3];
    const cut = (all: NumericArray, start: number, end: number) =>
      ragged(
        lengths.map((length, row) => {
          const steps = stepsOf(rowOf(all, row), Math.min(start, length), Math.min(end, length));
          return { data: steps.data, shape: steps.shape.slice(1) };
        }),
      );
    const all = [cut(x, 0, time), cut(y, 0, time)] as const;
    await whole.fit(...all, { batchSize: rows, shuffle: false, truncate: 4 });
    for (let start = 0; start < time; start += 4) {
      await byHand.trainOnBatch(cut(x, start, start + 4), cut(y, start, start + 4));
    }
    expectClose(numbersOf(whole), numbersOf(byHand), 1e-6);
  });
});

test("a segment as long as the rows is the training on whole rows", async () => {
  const trained = async (options: { readonly truncate?: number }) => {
    const net = sequential([lstm(4, { returnSequences: true, inputShape: [null, features] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", metrics: ["meanAbsoluteError"], engine: "reference" });
    setWaves(net);
    const { metrics } = await net.fit(x, y, { epochs: 3, batchSize: 2, ...options });
    return [...numbersOf(net), ...Object.values(metrics).flat()];
  };
  expectClose(await trained({ truncate: time }), await trained({}), 0);
});

/** A cell that gets a place beside each step. */
const placed = defineCell({
  name: "placed",
  inputs: () => ({ place: 3 }),
  weights: (inputSize, units) => ({
    kernel: { shape: [inputSize, units], initializer: "glorotUniform" },
    placeKernel: { shape: [3, units], initializer: "glorotUniform" },
    recurrentKernel: { shape: [units, units], initializer: "orthogonal" },
  }),
  state: (units) => ({ h: units }),
  step: ({ kernel, placeKernel, recurrentKernel }, x, { h }, _options, { place }) => ({
    h: tanh(add(add(matmul(x, kernel), matmul(place, placeKernel)), matmul(h, recurrentKernel))),
  }),
});

/** Several inputs, one of them the same at every step, and several outputs. */
function manyEnds() {
  const ids = input({ shape: [null], dtype: "int32", name: "ids" });
  const series = input({ shape: [null, features], name: "series" });
  const place = input({ shape: [3], name: "place" });
  const both = concatenate().apply([embedding(5, 3).apply(ids), series]);
  const seen = conv1d(4, 3, { padding: "causal", dilationRate: 2, activation: "tanh" }).apply(both);
  const deep = tcn(3, { kernelSize: 2, dilations: [1, 2], returnSequences: true, activation: "tanh" }).apply(seen);
  const hidden = recurrent(placed, 4, { returnSequences: true }).apply([deep, place]);
  const joined = lstm(4, { returnSequences: true }).apply(concatenate().apply([hidden, deep]));
  return model({
    inputs: { ids, series, place },
    outputs: {
      level: dense(1).apply(joined),
      kind: dense(3, { activation: "softmax" }).apply(joined),
    },
  });
}

describe("Loss and metrics of an epoch are those of whole rows", () => {
  const measured = async <P extends Prediction>(
    net: Model<P, ColumnsInput>,
    data: { readonly x: ColumnsInput; readonly y: ColumnsInput; readonly sampleWeight?: ColumnsInput },
    truncate: number,
  ) => {
    const { x, y, ...weighted } = data;
    const any = net as unknown as Model<Prediction, ColumnsInput>;
    const { metrics } = await any.fit(x, y, { batchSize: 2, shuffle: false, truncate, ...weighted });
    const expected = (await any.evaluate(x, y, { batchSize: 2, ...weighted })) as Record<string, number>;
    expect(Object.keys(metrics)).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) expectClose([metrics[name]![0]!], [value], 1e-12);
    return expected;
  };

  test("with weights for rows and for steps", async () => {
    const net = sequential([gru(4, { returnSequences: true, inputShape: [null, features] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: still(), metrics: ["meanAbsoluteError"], engine: "reference" });
    const perStep = waves([rows, time], 4);
    const found = [
      await measured(net, { x, y }, 4),
      await measured(net, { x, y, sampleWeight: [1, 2, 0.5] }, 4),
      await measured(net, { x, y, sampleWeight: { ...perStep, data: perStep.data.map(Math.abs) as Float64Array } }, 4),
    ];
    expect(new Set(found.map(({ loss }) => loss)).size).toBe(3);
  });

  test("with several inputs and outputs, windows that reach back, and rows of unequal lengths", async () => {
    const net = manyEnds();
    net.compile({
      loss: { level: "meanSquaredError", kind: "sparseCategoricalCrossentropy" },
      metrics: { kind: ["accuracy"] },
      lossWeights: { level: 0.5, kind: 2 },
      optimizer: still(),
      engine: "reference",
    });
    setWaves(net);
    const lengths = [5, 11, 9, 2];
    const rowsOf = (step: readonly number[], seed: number, whole?: number) =>
      lengths.map((length, row) => {
        const { data, shape } = waves([length, ...step], seed + row);
        const numbers = whole ? Int32Array.from(data, (value) => Math.floor(Math.abs(value) * 99) % whole) : data;
        return { data: numbers, shape };
      });
    const data = {
      x: {
        ids: ragged(rowsOf([], 1, 5)),
        series: ragged(rowsOf([features], 2)),
        place: waves([4, 3], 3),
      },
      y: { level: ragged(rowsOf([1], 4)), kind: ragged(rowsOf([], 5, 3)) },
    };
    await measured(net as never, data, 3);
    await measured(net as never, data, 4);
  });

  test("with an input that is the same at every step", async () => {
    const series = input({ shape: [null, features], name: "series" });
    const inner = input({ shape: [null, 3, features], name: "inner" });
    const summed = timeDistributed(bidirectional(gru(2))).apply(inner);
    const hidden = lstm(3, { returnSequences: true }).apply(
      concatenate().apply([summed, masking({ maskValue: 0 }).apply(series)]),
    );
    const net = model({ inputs: { series, inner }, outputs: dense(1).apply(hidden) });
    net.compile({ loss: "meanSquaredError", optimizer: still(), engine: "reference" });
    await measured(net as never, { x: { series: x, inner: waves([rows, time, 3, features], 8) }, y }, 4);
  });
});

test("each segment is a batch to callbacks, with its own update, and what they look into is that segment", async () => {
  const net = sequential([lstm(4, { returnSequences: true, inputShape: [null, features] }), dense(1)]);
  net.compile({ loss: "meanSquaredError", optimizer: still(), engine: "reference" });
  const seen: { batch: number; batches: number | undefined; rows: number; step: number }[] = [];
  const watch: Callback = {
    name: "watch",
    async onBatchEnd({ batch, batches, rows, step, batchLoss }, control) {
      seen.push({ batch, batches, rows, step });
      const { loss } = await control.inspect(lookAtLoss);
      expectClose(loss!.data, [batchLoss], 1e-14);
    },
  };
  const lookAtLoss = ({
    loss,
  }: Parameters<Parameters<Parameters<NonNullable<Callback["onBatchEnd"]>>[1]["inspect"]>[0]>[0]) => ({ loss });
  await net.fit(x, y, { batchSize: 2, truncate: 4, callbacks: [watch] });
  expect(seen).toEqual([2, 2, 2, 1, 1, 1].map((rows, batch) => ({ batch, batches: 6, rows, step: batch + 1 })));
});

test("gradients of segments are accumulated where the optimizer does so", async () => {
  const net = sequential([lstm(4, { returnSequences: true, inputShape: [null, features] }), dense(1)]);
  net.compile({ loss: "meanSquaredError", optimizer: sgd({ gradientAccumulationSteps: 3 }), engine: "reference" });
  const before = numbersOf(net);
  const changes: boolean[] = [];
  const watch: Callback = {
    name: "watch",
    onBatchEnd: () => void changes.push(numbersOf(net).some((value, i) => value !== before[i])),
  };
  await net.fit(x, y, { batchSize: rows, truncate: 4, callbacks: [watch] });
  expect(changes).toEqual([false, false, true]);
});

test("a stream of batches is cut as well", async () => {
  const trained = async (train: (net: Model) => Promise<unknown>) => {
    const net = sequential([gru(4, { returnSequences: true, inputShape: [null, features] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    await train(net);
    return numbersOf(net);
  };
  const batches = function* () {
    yield { x, y };
  };
  const options = { epochs: 2, truncate: 5 };
  expectClose(
    await trained((net) => net.fit(batches, options)),
    await trained((net) => net.fit(x, y, { ...options, shuffle: false })),
    0,
  );
});

test.each([1, 2, 4])("a training that was stopped after segment %i goes on bit for bit", async (after) => {
  const make = () => {
    const net = sequential([
      lstm(4, { returnSequences: true, dropout: 0.2, inputShape: [null, features] }),
      conv1d(2, 2, { padding: "causal" }),
      dense(1),
    ]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    return net;
  };
  const options = { epochs: 2, batchSize: 2, truncate: 4 };
  const whole = make();
  const expected = await whole.fit(x, y, options);
  const stopped = make();
  const stop: Callback = {
    name: "stop",
    onBatchEnd: ({ batch }, control) => (batch + 1 === after ? control.stop("enough") : undefined),
  };
  await stopped.fit(x, y, { ...options, callbacks: [stop] });
  const again = fromBytes(await fromBytes(await stopped.toBytes(), { engine: "reference" }).toBytes(), {
    engine: "reference",
  });
  await expect(again.fit(x, y, { ...options, truncate: 3, resume: true })).rejects.toThrow(
    "Expected `truncate` 4 to resume within an epoch, got 3",
  );
  const { metrics } = await again.fit(x, y, { ...options, resume: true });
  expectClose(numbersOf(again), numbersOf(whole), 0);
  expect(metrics).toEqual(expected.metrics);
});

/** Pulses of 1 and −1, seldom; the last one is to be remembered. */
function flipFlops(count: number, steps: number, seed: number) {
  const [x, y] = [new Float32Array(count * steps), new Float32Array(count * steps)];
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let i = 0, level = 0; i < x.length; i++) {
    if (i % steps === 0) level = 0;
    if (random() < 0.05) level = x[i] = random() < 0.5 ? 1 : -1;
    y[i] = level;
  }
  const shape = [count, steps, 1];
  return { x: { data: x, shape }, y: { data: y, shape } };
}

test("it learns to remember for longer than a segment", async () => {
  const net = sequential([gru(12, { returnSequences: true, inputShape: [null, 1] }), dense(1)]);
  net.compile({ loss: "meanSquaredError", optimizer: adam({ learningRate: 0.01 }), engine: "wasm", seed: 1 });
  const { x, y } = flipFlops(32, 200, 1);
  await net.fit(x, y, { epochs: 12, batchSize: 16, truncate: 10 });
  const test = flipFlops(16, 200, 2);
  const whole = (await net.evaluate(test.x, test.y)).loss;
  expect(whole).toBeLessThan(0.05);
  // Without a state from the segment before it cannot know.
  const apart = (all: NumericArray) => ({ data: all.data, shape: [320, 10, 1] });
  expect((await net.evaluate(apart(test.x), apart(test.y))).loss).toBeGreaterThan(5 * whole);
});

describe("What cannot be cut is refused with the reason", () => {
  const steps = () => input({ shape: [null, features] });
  const through = (...layers: Layer<unknown>[]) => {
    const from = steps();
    const end = layers.reduce((value, layer) => layer.apply(value) as ReturnType<typeof steps>, from);
    return model({ inputs: from, outputs: end });
  };
  const looking = () => {
    const from = steps();
    return model({ inputs: from, outputs: attention().apply([from, from]) });
  };
  const handed = () => {
    const from = steps();
    const [, h] = gru(3, { returnState: true }).apply(from);
    return model({ inputs: from, outputs: gru(3, { returnSequences: true }).apply(from, { initialState: [h!] }) });
  };
  const all = { returnSequences: true } as const;
  test.each([
    [() => through(bidirectional(gru(3, all))), "to go forward from zeros, for sequences that come segment by segment"],
    [() => through(gru(3, { ...all, goBackwards: true })), "got one that goes backwards: train on whole rows"],
    [() => through(conv1d(3, 3, { padding: "same" })), "layers that look back alone, for sequences that come segment"],
    [looking, "layers that look back alone, for sequences that come segment by segment, got attention"],
    [handed, "layers that give an output for each step, for sequences that come segment by segment, got gru"],
    [
      () => through(gru(3)),
      "Expected outputs for each step for `truncate`, got one for the whole row: give the recurrent",
    ],
    [() => through(gru(3, all), globalAveragePooling1d()), "Expected outputs for each step"],
    [() => through(gru(3, { ...all, stateful: true })), "Expected a model without stateful layers for `truncate`"],
    [
      () => sequential([gru(3, { ...all, inputShape: [12, features] })]),
      "Expected an input of any number of steps for `truncate`, got [12, 2]: build it for any number of steps: null",
    ],
  ])("%#", async (make, message) => {
    const net = make() as Model;
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    await expect(net.fit(x, y, { truncate: 4, batchSize: rows })).rejects.toThrow(message);
  });

  test("and so is what does not go together", async () => {
    const net = through(gru(1, all));
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    await expect(net.fit(x, y, { truncate: 0 })).rejects.toThrow("`truncate`");
    await expect(net.fit(x, waves([rows, 8, 1]), { truncate: 4 })).rejects.toThrow("y to have 11 steps like x");
    await expect(net.fit(waves([rows, 4]), waves([rows, 4]), { truncate: 4 })).rejects.toThrow("Expected input");
  });
});
