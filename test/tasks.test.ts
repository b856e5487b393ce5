/** Several tasks in one model: their losses, targets that are missing, and how the losses are balanced. */
import {
  adam,
  balances,
  concatenate,
  dense,
  embedding,
  fromBytes,
  gradientNormWeights,
  input,
  lstm,
  masking,
  model,
  type NumericArray,
  sgd,
  uncertaintyWeights,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, differencesOf, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

type Two = { readonly level: NumericArray; readonly kind: NumericArray };

/** A series, words and static features in; a number and one of three classes out. */
function make() {
  const series = input({ shape: [5, 2] });
  const words = input({ shape: [4], dtype: "int32" });
  const facts = input({ shape: [3] });
  const read = lstm(3).apply(embedding(6, 2, { maskZero: true }).apply(words));
  const joined = dense(4, { activation: "tanh", name: "shared" }).apply(
    concatenate().apply([lstm(3).apply(series), read, facts]),
  );
  const outputs = { level: dense(1).apply(joined), kind: dense(3, { activation: "softmax" }).apply(joined) };
  return model({ inputs: { series, words, facts }, outputs });
}

const rows = 6;
const x = {
  series: waves([rows, 5, 2]),
  words: { data: Int32Array.from({ length: rows * 4 }, (_, i) => (i % 4 > i % 3 ? 0 : 1 + (i % 5))), shape: [rows, 4] },
  facts: waves([rows, 3], 2),
};
const classes = (of: readonly number[]): NumericArray => ({ data: Float32Array.from(of), shape: [of.length] });
const y = { level: waves([rows, 1], 3), kind: classes([0, 1, 2, 2, 1, 0]) };
const loss = { level: "meanSquaredError", kind: "sparseCategoricalCrossentropy" } as const;

/** Some rows of arrays by name. */
function pick<T extends Readonly<Record<string, NumericArray>>>(data: T, wanted: readonly number[]): T {
  const taken = Object.entries(data).map(([name, { data, shape }]) => {
    const width = data.length / shape[0]!;
    const numbers = wanted.flatMap((row) => Array.from(data.subarray(row * width, (row + 1) * width)));
    const values = data instanceof Int32Array ? Int32Array.from(numbers) : Float64Array.from(numbers);
    return [name, { data: values, shape: [wanted.length, ...shape.slice(1)] }];
  });
  return Object.fromEntries(taken) as T;
}

describe("several inputs of different kinds and several outputs", () => {
  test("have the gradients of finite differences", async () => {
    const net = make();
    compileForGradient(net, { loss });
    setWaves(net);
    const [found, expected] = [await gradientsOf(net, x, y), await differencesOf(net, [x, y])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-6);
  });

  test("report the loss of each output, in fit too", async () => {
    const net = make();
    const lossWeights = { kind: 3 };
    net.compile({ loss, lossWeights, optimizer: "adam", metrics: { kind: ["accuracy"] }, engine: "reference" });
    const measured = await net.evaluate(x, y, { batchSize: 4 });
    expect(Object.keys(measured)).toEqual(["loss", "level_loss", "kind_loss", "kind_accuracy"]);
    expect(measured.loss).toBeCloseTo(measured.level_loss + 3 * measured.kind_loss, 12);
    const { metrics } = await net.fit(x, y, { epochs: 2, validationData: [x, y] });
    expect(Object.keys(metrics)).toContain("val_level_loss");
    expect(metrics.level_loss).toHaveLength(2);
  });
});

describe("missing targets", () => {
  const missing = {
    level: { ...y.level, data: y.level.data.map((value, row) => (row === 1 || row === 4 ? Number.NaN : value)) },
    kind: classes([Number.NaN, 1, 2, 2, Number.NaN, 0]),
  };

  test("leave a task out of the rows that have none: the means are those of the other rows", async () => {
    const net = make();
    net.compile({ loss, missingTargets: "mask", optimizer: "sgd", metrics: ["accuracy"], engine: "reference" });
    const found = await net.evaluate(x, missing);
    const level = await net.evaluate(pick(x, [0, 2, 3, 5]), pick(y, [0, 2, 3, 5]));
    const kind = await net.evaluate(pick(x, [1, 2, 3, 5]), pick(y, [1, 2, 3, 5]));
    expect(found.level_loss).toBeCloseTo(level.level_loss, 12);
    expect(found.kind_loss).toBeCloseTo(kind.kind_loss, 12);
    expect(found.kind_accuracy).toBe(kind.kind_accuracy);
    // Batches count by the rows that have a target.
    const inParts = await net.evaluate(x, missing, { batchSize: 4 });
    expect(inParts.level_loss).toBeCloseTo(found.level_loss, 12);
    expect(inParts.kind_loss).toBeCloseTo(found.kind_loss, 12);
  });

  test("have the gradients of finite differences, all finite", async () => {
    const net = make();
    compileForGradient(net, { loss, missingTargets: "mask" });
    setWaves(net);
    const [found, expected] = [await gradientsOf(net, x, missing), await differencesOf(net, [x, missing])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-6);
    expect(found.flatMap((gradient) => Array.from(gradient)).every(Number.isFinite)).toBe(true);
  });

  test("of a whole batch give a loss of 0 and no gradient", async () => {
    const net = make();
    compileForGradient(net, { loss, missingTargets: "mask" });
    const none = { level: y.level, kind: classes(new Array<number>(rows).fill(Number.NaN)) };
    const { kind_loss } = await net.evaluate(x, none);
    expect(kind_loss).toBe(0);
    const found = await gradientsOf(net, x, none);
    expect(found.at(-1)!.every((value) => value === 0)).toBe(true);
  });

  test("may be steps of sequences, behind a mask", async () => {
    const steps = input({ shape: [null, 2] });
    const sequence = lstm(3, { returnSequences: true }).apply(masking({ maskValue: 9 }).apply(steps));
    const net = model({ inputs: steps, outputs: { tags: dense(2).apply(sequence), next: dense(1).apply(sequence) } });
    compileForGradient(net, { loss: "meanSquaredError", missingTargets: "mask" });
    setWaves(net);
    const padded = waves([2, 3, 2]);
    padded.data.fill(9, 10);
    const target = { tags: waves([2, 3, 2], 1), next: waves([2, 3, 1], 2) };
    target.tags.data[2] = Number.NaN;
    target.next.data[5] = Number.NaN;
    const [found, expected] = [await gradientsOf(net, padded, target), await differencesOf(net, [padded, target])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-6);
    // The target of the step that is masked anyway says nothing.
    const { loss } = await net.evaluate(padded, target);
    target.next.data[5] = 5;
    expect((await net.evaluate(padded, target)).loss).toBe(loss);
    target.tags.data[2] = 5;
    expect((await net.evaluate(padded, target)).loss).not.toBe(loss);
  });

  test("a weight of 0 hides NaN as well, but counts in the mean", async () => {
    const net = make();
    net.compile({ loss, optimizer: "sgd", engine: "reference" });
    const sampleWeight = { level: classes([1, 0, 1, 1, 0, 1]), kind: classes([0, 1, 1, 1, 0, 1]) };
    const found = await net.evaluate(x, missing, { sampleWeight });
    const level = await net.evaluate(pick(x, [0, 2, 3, 5]), pick(y, [0, 2, 3, 5]));
    expect(found.level_loss).toBeCloseTo((level.level_loss * 4) / 6, 12);
    expect(Number.isFinite(found.loss)).toBe(true);
  });

  test("make the loss NaN unless they are asked to be left out", async () => {
    const net = make();
    net.compile({ loss, optimizer: "sgd", engine: "reference" });
    expect((await net.evaluate(x, missing)).loss).toBeNaN();
  });
});

describe.each(Object.keys(balances) as (keyof typeof balances)[])("lossWeights: %s", (lossWeights) => {
  const compiled = () => {
    const net = make();
    net.compile({ loss, lossWeights, optimizer: adam({ learningRate: 0.01 }), seed: 5, engine: "reference" });
    return net;
  };

  test("is in the history, changes, and is saved: training goes on bit for bit", async () => {
    const whole = compiled();
    const options = { epochs: 6, batchSize: 4 };
    const history = await whole.fit(x, y, options);
    const weights = history.metrics.level_lossWeight!;
    expect(weights).toHaveLength(6);
    expect(new Set(weights).size).toBe(6);
    const first = compiled();
    await first.fit(x, y, { ...options, epochs: 3 });
    const second = fromBytes<Two>(await first.toBytes(), { engine: "reference" });
    expect(await second.fit(x, y, { ...options, resume: true })).toEqual(history);
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  test("needs several outputs", () => {
    const start = input({ shape: [2] });
    const net = model({ inputs: start, outputs: dense(1).apply(start) });
    expect(() => net.compile({ loss: "huber", optimizer: "sgd", lossWeights })).toThrow(/several outputs/);
  });
});

describe("uncertaintyWeights", () => {
  test("have the joint loss and the gradients of the paper", async () => {
    const net = make();
    const common = { loss, engine: "reference", seed: 1 } as const;
    net.compile({ ...common, lossWeights: uncertaintyWeights(), optimizer: sgd({ learningRate: 0.1 }) });
    const { level_loss, kind_loss, loss: joint } = await net.trainOnBatch(x, y);
    expect(joint).toBeCloseTo(0.5 * level_loss + kind_loss, 12);
    // After one step of descent s = −0.1 · ∂/∂s at 0: ½ − ½L for a regression, ½ − L for a classification.
    const [level, kind] = [-0.1 * (0.5 - 0.5 * level_loss), -0.1 * (0.5 - kind_loss)];
    const after = await net.evaluate(x, y);
    expect(after.level_lossWeight).toBeCloseTo(0.5 * Math.exp(-level), 12);
    expect(after.kind_lossWeight).toBeCloseTo(Math.exp(-kind), 12);
    const expected = after.level_loss * 0.5 * Math.exp(-level) + after.kind_loss * Math.exp(-kind) + (level + kind) / 2;
    expect(after.loss).toBeCloseTo(expected, 12);
  });

  test("find the variance of each task's noise when nothing else is learned", async () => {
    const net = make();
    for (const { layer } of net.layers) layer.trainable = false;
    net.compile({
      loss,
      lossWeights: "uncertaintyWeights",
      optimizer: sgd({ learningRate: 0.5 }),
      engine: "reference",
    });
    await net.fit(x, y, { epochs: 200, shuffle: false });
    const { level_loss, kind_loss, level_lossWeight, kind_lossWeight } = await net.evaluate(x, y);
    expect(1 / (2 * level_lossWeight!)).toBeCloseTo(level_loss, 6);
    expect(1 / kind_lossWeight!).toBeCloseTo(2 * kind_loss, 6);
  });

  test("take a task for what they are told", async () => {
    const net = make();
    const lossWeights = uncertaintyWeights({ kinds: { kind: "regression" } });
    net.compile({ loss, lossWeights, optimizer: "sgd", engine: "reference" });
    expect((await net.evaluate(x, y)).kind_lossWeight).toBe(0.5);
    const wrong = uncertaintyWeights({ kinds: { color: "regression" } });
    net.compile({ loss, lossWeights: wrong, optimizer: "sgd", engine: "reference" });
    await expect(net.evaluate(x, y)).rejects.toThrow(/level, kind, got "color"/);
  });
});

describe("gradientNormWeights", () => {
  /** Lengths of both tasks' gradients in the shared layer, without weights. */
  async function lengths(net: ReturnType<typeof make>): Promise<[number, number]> {
    const before = net.getWeights();
    const of = async (level: number) => {
      const probe = make();
      compileForGradient(probe, { loss, lossWeights: { level, kind: 1 - level } });
      probe.setWeights(before);
      const names = probe.getWeights().map(({ name }) => name);
      const found = await gradientsOf(probe, x, y);
      const own = found.filter((_, i) => names[i]!.startsWith("shared/")).flatMap((list) => Array.from(list));
      return Math.hypot(...own);
    };
    return [await of(1), await of(0)];
  }

  test("take the first step of the paper: towards equal lengths, summing to the number of tasks", async () => {
    const net = make();
    const lossWeights = gradientNormWeights({ alpha: 0, learningRate: 0.1 });
    net.compile({ loss, lossWeights, optimizer: sgd({ learningRate: 0 }), engine: "reference" });
    setWaves(net);
    const [level, kind] = await lengths(net);
    await net.trainOnBatch(x, y);
    const after = await net.evaluate(x, y);
    expect(after.level_lossWeight! + after.kind_lossWeight!).toBeCloseTo(2, 12);
    // Adam's first step is the learning rate long: up for the shorter gradient, down for the longer.
    expect(Math.sign(after.level_lossWeight! - 1)).toBe(level < kind ? 1 : -1);
    expect(Math.abs(after.level_lossWeight! - 1)).toBeCloseTo(0.1, 4);
  });

  test("bring the gradients to equal lengths where alpha is 0 and the model stands still", async () => {
    const net = make();
    const lossWeights = gradientNormWeights({ alpha: 0, learningRate: 0.01, layer: "shared" });
    net.compile({ loss, lossWeights, optimizer: sgd({ learningRate: 0 }), engine: "reference" });
    setWaves(net);
    const [level, kind] = await lengths(net);
    await net.fit(x, y, { epochs: 200, shuffle: false });
    const { level_lossWeight, kind_lossWeight } = await net.evaluate(x, y);
    expect((level_lossWeight! * level) / (kind_lossWeight! * kind)).toBeCloseTo(1, 1);
  });

  test("keep a task that has no targets in a batch", async () => {
    const net = make();
    const options = { loss, missingTargets: "mask", optimizer: "adam", engine: "reference" } as const;
    net.compile({ ...options, lossWeights: "gradientNormWeights" });
    const none = { level: y.level, kind: classes(new Array<number>(rows).fill(Number.NaN)) };
    for (const batch of [none, y, none, y]) await net.trainOnBatch(x, batch);
    const { level_lossWeight, kind_lossWeight, loss: joint } = await net.evaluate(x, y);
    expect([level_lossWeight, kind_lossWeight, joint].every(Number.isFinite)).toBe(true);
    expect(kind_lossWeight).toBeGreaterThan(0);
  });

  test("say which layers outputs share", async () => {
    const net = make();
    net.compile({ loss, lossWeights: gradientNormWeights({ layer: "dense" }), optimizer: "sgd", engine: "reference" });
    await expect(net.trainOnBatch(x, y)).rejects.toThrow(/choose among .*shared/);
  });
});
