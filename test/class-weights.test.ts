/** Weights by class are weights of rows or steps, made from the targets. */
import { concatenate, dense, gru, input, type Model, model, ragged, sequential } from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const classWeight = { 1: 5, 2: 0 };
const classes = [0, 1, 2, 1];
const weights = [1, 5, 0, 5];
const x = waves([4, 3, 2]);
const oneHot = classes.map((label) => [0, 1, 2].map((i) => (i === label ? 1 : 0)));

/** Gradients with weights by class, and with those that they stand for. */
async function expectSame(net: Model, y: never[] | object, sampleWeight: object, more: { sampleWeight?: never } = {}) {
  setWaves(net);
  const before = net.getWeights();
  const updated = async (options: object) => {
    net.setWeights(before);
    const { loss } = await net.trainOnBatch(x, y as never, options);
    return { loss, weights: net.getWeights().map(({ data }) => data) };
  };
  const [byClass, byRow] = [await updated({ classWeight, ...more }), await updated({ sampleWeight })];
  expect(byClass.loss).toBeCloseTo(byRow.loss, 12);
  for (const [i, list] of byClass.weights.entries()) expectClose(list, byRow.weights[i]!, 1e-12);
}

const classifier = (loss: "categoricalCrossentropy" | "sparseCategoricalCrossentropy", returnSequences = false) => {
  const net = sequential([gru(3, { inputShape: [null, 2], returnSequences }), dense(3, { activation: "softmax" })]);
  compileForGradient(net, { loss });
  return net;
};

describe("weights by class", () => {
  test("of class numbers", async () => await expectSame(classifier("sparseCategoricalCrossentropy"), classes, weights));

  test("of one number for each class", async () => {
    await expectSame(classifier("categoricalCrossentropy"), oneHot, weights);
  });

  test("of yes and no", async () => {
    const net = sequential([gru(3, { inputShape: [null, 2] }), dense(1, { activation: "sigmoid" })]);
    compileForGradient(net, { loss: "binaryCrossentropy" });
    await expectSame(net, [[0], [1], [1], [0]], [1, 5, 5, 1]);
  });

  test("of each step of a sequence", async () => {
    const steps = [classes.slice(0, 3), [1, 1, 0], [2, 2, 2], [0, 0, 1]];
    const expected = steps.map((row) => row.map((label) => [1, 5, 0][label]!));
    await expectSame(classifier("sparseCategoricalCrossentropy", true), steps, expected);
  });

  test("multiply the weights of rows", async () => {
    const more = { sampleWeight: [0.5, 2, 1, 0] as never };
    await expectSame(classifier("sparseCategoricalCrossentropy"), classes, [0.5, 10, 0, 0], more);
  });

  test("of sequences of unequal lengths", async () => {
    const net = classifier("sparseCategoricalCrossentropy", true);
    setWaves(net);
    const sequences = ragged([waves([2, 2]), waves([3, 2], 1)]);
    const y = ragged([
      [0, 1],
      [1, 2, 1],
    ]);
    const before = net.getWeights();
    const a = await net.trainOnBatch(sequences, y, { classWeight });
    net.setWeights(before);
    const b = await net.trainOnBatch(sequences, y, {
      sampleWeight: ragged([
        [1, 5],
        [5, 0, 5],
      ]),
    });
    expect(a.loss).toBeCloseTo(b.loss, 12);
    expect(await gradientsOf(net, sequences, y)).toBeDefined();
  });

  test("by output name, in fit, for training alone", async () => {
    const make = () => {
      const steps = input({ shape: [null, 2], name: "x" });
      const last = gru(3).apply(steps);
      const kind = dense(3, { activation: "softmax", name: "kind" }).apply(last);
      const level = dense(1).apply(concatenate().apply([last, kind]));
      const net = model({ inputs: steps, outputs: { kind, level } });
      net.compile({
        optimizer: "sgd",
        loss: { kind: "sparseCategoricalCrossentropy", level: "meanSquaredError" },
        seed: 2,
        engine: "reference",
      });
      return net;
    };
    const y = { kind: classes, level: waves([4, 1]) };
    const validationData = [x, y] as const;
    const [one, other] = [make(), make()];
    const a = await one.fit(x, y, { epochs: 2, classWeight: { kind: classWeight }, validationData });
    const b = await other.fit(x, y, { epochs: 2, sampleWeight: { kind: weights }, validationData });
    for (const name of ["loss", "val_loss"]) expectClose(a.metrics[name]!, b.metrics[name]!, 1e-12);
    await expect(one.fit(x, y, { classWeight })).rejects.toThrow(/`classWeight` by output name, kind, level/);
  });

  test.each([
    [{ a: 2 }, /numbers of classes as keys of `classWeight`, got "a"/],
    [{ 1: -2 }, /`classWeight\[1\]` to be a number of at least 0, got -2/],
    [3, /`classWeight` to be weights by class, \{ 1: 5 \}, got 3/],
  ])("%o is refused", async (wrong, message) => {
    const net = classifier("sparseCategoricalCrossentropy");
    await expect(net.fit(x, classes, { classWeight: wrong as never })).rejects.toThrow(message);
  });

  test("a loss of whole sequences has none", async () => {
    const net = sequential([dense(3, { activation: "softmax", inputShape: [null, 2] })]);
    net.compile({ loss: "ctc", optimizer: "sgd", engine: "reference" });
    await expect(net.fit(waves([1, 4, 2]), [[1, 2]], { classWeight: { 1: 2 } })).rejects.toThrow(
      'one class for each row or step, got one for "dense", whose loss ctc is of sequences',
    );
  });
});
