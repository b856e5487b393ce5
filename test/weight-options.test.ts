/** Penalties and constraints: what Keras cannot tell, such as masks, cells of one's own, errors and files. */
import {
  bidirectional,
  type Constraint,
  constraintNames,
  decoder,
  defineCell,
  dense,
  dilated,
  dropout,
  fromBytes,
  input,
  type Layer,
  lstm,
  matmul,
  model,
  mul,
  type Regularizer,
  recurrent,
  regularizerNames,
  sequential,
  sgd,
  simpleRnn,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, differencesOf, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [rows, time, features] = [3, 4, 2] as const;
const x = waves([rows, time, features]);

describe.each(regularizerNames)("%s", (name) => {
  const strong = { l1: { name: "l1", l1: 0.3 }, l2: { name: "l2", l2: 0.3 }, l1l2: { name: "l1l2", l1: 0.2, l2: 0.1 } };
  const regularizer = strong[name] as Regularizer;

  test("has the gradient of finite differences, on weights and on outputs of masked sequences", async () => {
    const [steps, mask] = [input({ shape: [time, features], name: "x" }), input({ shape: [time], name: "mask" })];
    const layer = lstm(2, {
      returnSequences: true,
      kernelRegularizer: regularizer,
      recurrentRegularizer: regularizer,
      biasRegularizer: regularizer,
      activityRegularizer: regularizer,
    });
    const net = model({ inputs: [steps, mask], outputs: layer.apply(steps, { mask }) });
    compileForGradient(net);
    setWaves(net);
    const counts = { data: Float32Array.of(1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0), shape: [rows, time] };
    const given = {
      x: { ...x, data: x.data.map((v, i) => (counts.data[i >> 1] === 0 ? Number.NaN : v)) },
      mask: counts,
    };
    const y = waves([rows, time, 2], 3);
    const [found, expected] = [await gradientsOf(net, given, y), await differencesOf(net, [given, y])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7, net.getWeights()[i]!.name);

    // A row all of whose steps are masked costs nothing but its share of the mean.
    const plain = sequential([lstm(2, { returnSequences: true, inputShape: [time, features] })]);
    compileForGradient(plain);
    plain.setWeights(net.getWeights());
    const penalty = (values: ArrayLike<number>, { l1 = 0, l2 = 0 }: { l1?: number; l2?: number }) =>
      Array.from(values).reduce((sum, v) => sum + l1 * Math.abs(v) + l2 * v * v, 0);
    const free = model({ inputs: [steps, mask], outputs: lstm(2, { returnSequences: true }).apply(steps, { mask }) });
    compileForGradient(free);
    free.setWeights(net.getWeights());
    const { loss: without } = await free.evaluate(given, y);
    const outputs = await net.predict(given);
    const counted = outputs.data.filter((_, i) => counts.data[i >> 1] === 1);
    const ofWeights = net.getWeights().reduce((sum, { data }) => sum + penalty(data, strong[name]), 0);
    const { loss } = await net.evaluate(given, y);
    expect(loss).toBeCloseTo(without! + ofWeights + penalty(counted, strong[name]) / rows, 10);
  });

  test("is saved", async () => {
    const net = sequential([dense(2, { kernelRegularizer: regularizer, inputShape: [features] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    const again = fromBytes(await net.toBytes(), { engine: "reference" });
    const [xs, ys] = [waves([rows, features]), waves([rows, 1], 1)];
    expect(await again.trainOnBatch(xs, ys)).toEqual(await net.trainOnBatch(xs, ys));
  });
});

describe.each(constraintNames)("%s", (name) => {
  test("holds after an update, on every engine alike, and is saved", async () => {
    const holds: Record<(typeof constraintNames)[number], (columns: number[][]) => boolean> = {
      maxNorm: (columns) => columns.every((column) => Math.hypot(...column) <= 2 + 1e-6),
      minMaxNorm: (columns) => columns.every((column) => Math.hypot(...column) <= 1 + 1e-6),
      minMaxValue: (columns) => columns.flat().every((value) => Math.abs(value) <= 1),
      nonNeg: (columns) => columns.flat().every((value) => value >= 0),
      unitNorm: (columns) => columns.every((column) => Math.abs(Math.hypot(...column) - 1) < 1e-6),
    };
    for (const engine of ["reference", "wasm"] as const) {
      const net = sequential([dense(3, { kernelConstraint: name, inputShape: [features] })]);
      net.compile({ loss: "meanSquaredError", optimizer: sgd({ learningRate: 9 }), engine });
      const again = fromBytes(await net.toBytes(), { engine });
      for (const each of [net, again]) {
        await each.trainOnBatch(waves([rows, features]), waves([rows, 3], 1));
        const { data } = each.getWeights()[0]!;
        const columns = [0, 1, 2].map((column) => [data[column]!, data[3 + column]!]);
        expect(holds[name](columns)).toBe(true);
      }
    }
  });
});

test("a frozen weight costs nothing and keeps its numbers", async () => {
  const frozen = dense(2, { kernelRegularizer: "l2", kernelConstraint: "unitNorm", trainable: false, inputShape: [2] });
  const net = sequential([frozen, dense(2)]);
  const plain = sequential([dense(2, { inputShape: [2] }), dense(2)]);
  for (const each of [net, plain]) compileForGradient(each);
  plain.setWeights(net.getWeights());
  const before = net.getWeights()[0]!.data;
  const { loss } = await net.trainOnBatch(waves([rows, 2]), waves([rows, 2], 1));
  expect(loss).toBe((await plain.evaluate(waves([rows, 2]), waves([rows, 2], 1))).loss);
  expect(Array.from(net.getWeights()[0]!.data)).toEqual(Array.from(before));
});

test("timeDistributed counts what its layer costs once for each step, masked ones aside", async () => {
  const options = { activityRegularizer: { name: "l2", l2: 0.2 } } as const;
  const losses: number[] = [];
  for (const layer of [dense(3, options), timeDistributed(dense(3, options))]) {
    const [steps, mask] = [input({ shape: [time, features], name: "x" }), input({ shape: [time], name: "mask" })];
    const net = model({ inputs: [steps, mask], outputs: layer.apply(steps, { mask }) });
    compileForGradient(net);
    setWaves(net);
    const counts = {
      data: Float32Array.from({ length: rows * time }, (_, i) => (i % 3 === 0 ? 0 : 1)),
      shape: [rows, time],
    };
    losses.push((await net.evaluate({ x, mask: counts }, waves([rows, time, 3], 2))).loss!);
  }
  expect(losses[1]).toBeCloseTo(losses[0]!, 12);
});

test("a cell of one's own has penalties and constraints for whatever weights it has", async () => {
  const scaled = defineCell({
    name: "scaled",
    weights: (inputSize, units) => ({
      kernel: { shape: [inputSize, units], initializer: "ones" },
      decay: { shape: [units], initializer: "ones" },
    }),
    state: (units) => ({ h: units }),
    step: ({ kernel, decay }, x) => ({ h: mul(decay, matmul(x, kernel)) }),
  });
  const net = sequential([
    recurrent(scaled, 2, { decayRegularizer: { name: "l1", l1: 1 }, decayConstraint: "unitNorm", inputShape: [1, 2] }),
  ]);
  compileForGradient(net, { loss: (_target, prediction) => mul(0, prediction) });
  const xs = waves([1, 1, 2]);
  expect((await net.trainOnBatch(xs, waves([1, 2]))).loss).toBe(2);
  expectClose(net.getWeights()[1]!.data, [0, 0], 0);
});

test("what makes no sense is refused", () => {
  const start = input({ shape: [time, features] });
  const apply = (layer: Layer) => () => layer.apply(start);
  expect(() => dense(2, { kernelRegularizer: "l3" as Regularizer })).toThrow("a regularizer among l1, l2, l1l2");
  expect(() => dense(2, { kernelRegularizer: { name: "l2", l2: -1 } })).toThrow("`l2` to be a number of at least 0");
  expect(() => dense(2, { kernelRegularizer: { name: "l2", l1: 1 } as Regularizer })).toThrow("l1");
  expect(() => dense(2, { activityRegularizer: 3 as unknown as Regularizer })).toThrow("a regularizer among");
  expect(() => dense(2, { biasConstraint: null as unknown as Constraint })).toThrow("a constraint among");
  expect(() => dense(2, { kernalRegularizer: "l2" } as object)).not.toThrow();
  expect(apply(dense(2, { kernalRegularizer: "l2" } as object))).toThrow("`kernalRegularizer` of dense");
  expect(apply(dense(2, { useBias: false, biasRegularizer: "l2" }))).toThrow("got weights kernel");
  expect(apply(dropout(0.5, { kernelRegularizer: "l2" } as object))).toThrow("got weights none");
  expect(() => bidirectional(simpleRnn(2), { kernelRegularizer: "l2" } as object)).toThrow("Expected the options");
  expect(apply(dense(2, { biasConstraint: { name: "unitNorm", axis: 1 } }))).toThrow(
    "an axis of a constraint on norms between -1 and 0, got 1 for a tensor of rank 1",
  );
});

test.each([
  ["dilated", (layer: Layer) => dilated(layer), 3],
  ["decoder", (layer: Layer) => decoder(layer, 5), 5],
] as const)("a penalty on the outputs of the layer inside %s counts", async (_, wrap, width) => {
  const lossOf = async (penalty: number) => {
    const steps = input({ shape: width === 5 ? [time] : [time, features], dtype: width === 5 ? "int32" : "float32" });
    const inner = lstm(3, { returnSequences: true, activityRegularizer: { name: "l2", l2: penalty } });
    const net = model({ inputs: steps, outputs: wrap(inner).apply(steps) });
    compileForGradient(net);
    setWaves(net);
    const given = width === 5 ? Array.from({ length: rows }, (_, row) => [row, 1, 2, 4]) : x;
    return (await net.evaluate(given, waves([rows, time, width]))).loss!;
  };
  const [none, some, twice] = [await lossOf(0), await lossOf(0.5), await lossOf(1)];
  expect(some).toBeGreaterThan(none);
  expect(twice - none).toBeCloseTo(2 * (some - none), 6);
});
