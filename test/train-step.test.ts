/** The low-level way: functions of symbolic tensors, run and trained. */
import {
  abs,
  adam,
  add,
  clip,
  compute,
  cosineDecay,
  dense,
  div,
  dropout,
  exp,
  gradients,
  input,
  lstm,
  matmul,
  mean,
  model,
  mul,
  neg,
  OptionError,
  ragged,
  reshape,
  rmsprop,
  ShapeError,
  select,
  sequential,
  sgd,
  square,
  sub,
  sum,
  tanh,
  toFloat,
  trainStep,
} from "rondo";
import { describe, expect, test } from "vitest";
import { differencesOf, gradientsOf, waves } from "./support/models.ts";
import { expectClose, finiteDifferences } from "./support/numbers.ts";

const engine = "reference";

describe("compute", () => {
  test("makes a function of arrays from one of tensors", async () => {
    const affine = compute(["x", "w", "b"], ({ x, w, b }) => ({ y: add(matmul(x, w), b), x }), { engine });
    const { x, y } = await affine({
      x: [[1, 2]],
      w: [
        [1, 0, 2],
        [3, 1, 0],
      ],
      b: [1, 1, 1],
    });
    expect(Array.from(y.data)).toEqual([8, 3, 3]);
    expect(y.shape).toEqual([1, 3]);
    expect(Array.from(x.data)).toEqual([1, 2]);
    // Another shape is another program.
    expect((await affine({ x: [[1], [2]], w: [[3]], b: [0] })).y.shape).toEqual([2, 1]);
  });

  test("has gradients of gradients, as finite differences", async () => {
    const slope = compute(
      ["x"],
      ({ x }) => {
        const y = sum(tanh(mul(x, square(x))));
        const [first] = gradients(y, [x]);
        return { y, first: first!, second: gradients(sum(first!), [x])[0]! };
      },
      { engine },
    );
    const at = Float64Array.of(0.3, -0.7, 0.1);
    const found = await slope({ x: { data: at, shape: [3] } });
    const valueAt = async ([x]: readonly Float64Array[]) => (await slope({ x: x! })).y.data[0]!;
    const slopeAt = async ([x]: readonly Float64Array[]) =>
      Array.from((await slope({ x: x! })).first.data).reduce((s, v) => s + v, 0);
    expectClose(found.first.data, (await finiteDifferences(valueAt, [at]))[0]!, 1e-8);
    expectClose(found.second.data, (await finiteDifferences(slopeAt, [at]))[0]!, 1e-8);
  });

  test("takes whole numbers for int32, and refuses names that it does not know", async () => {
    const half = compute(["ids"], ({ ids }) => ({ y: mul(0.5, toFloat(ids)) }), { engine });
    expect(Array.from((await half({ ids: Int32Array.of(3, 4) })).y.data)).toEqual([1.5, 2]);
    await expect(half({ idx: [1] } as never)).rejects.toThrow(/by name: ids, got idx/);
    expect(() => compute("x" as never, () => ({}))).toThrow(OptionError);
  });
});

const x = waves([8, 5, 2]);
const y = waves([8, 1], 3);
const make = () => sequential([lstm(3, { inputShape: [5, 2] }), dense(1)]);

describe("trainStep", () => {
  test("is fit with a loss of one's own, bit for bit", async () => {
    const [one, other] = [make(), make()];
    const rate = cosineDecay({ initialLearningRate: 0.1, decaySteps: 10 });
    one.compile({ loss: "meanSquaredError", optimizer: adam({ learningRate: rate }), engine });
    other.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    const step = trainStep(other, {
      optimizer: adam({ learningRate: rate }),
      data: ["target"],
      loss: ({ outputs, data }) => mean(square(sub(outputs, data.target))),
    });
    for (let turn = 0; turn < 4; turn++) {
      const expected = await one.trainOnBatch(x, y);
      expect((await step.run(x, { target: y })).loss).toBeCloseTo(expected.loss, 12);
    }
    expect(step.step).toBe(4);
    for (const [i, { data }] of other.getWeights().entries()) expectClose(data, one.getWeights()[i]!.data, 1e-12);
  });

  test("has the gradients of finite differences, with penalties on weights and variables of its own", async () => {
    const net = make();
    net.compile({ loss: "huber", optimizer: "sgd", engine });
    const step = trainStep(net, {
      optimizer: sgd({ learningRate: 1 }),
      data: ["target"],
      variables: { logVariance: { shape: [], initial: 0.5 } },
      loss({ outputs, weights, data, variables: { logVariance } }) {
        const error = mean(square(sub(outputs, data.target)));
        const noisy = add(mul(exp(neg(logVariance)), error), logVariance);
        return { loss: add(noisy, mul(0.1, sum(abs(weights["dense/kernel"]!)))), logVariance, error };
      },
    });
    const before = net.getWeights();
    const { loss, error, logVariance } = await step.run(x, { target: y });
    expect(logVariance.data[0]).toBe(0.5);
    const kernel = before.at(-2)!.data;
    const penalty = Array.from(kernel).reduce((total, value) => total + 0.1 * Math.abs(value), 0);
    expect(loss).toBeCloseTo(Math.exp(-0.5) * error.data[0]! + 0.5 + penalty, 12);
    expect(step.getState().arrays["variable/logVariance"]!.data[0]).toBeCloseTo(
      0.5 - (1 - Math.exp(-0.5) * error.data[0]!),
      12,
    );
    const after = net.getWeights();
    const plain = make();
    plain.compile({ loss: "meanSquaredError", optimizer: sgd({ learningRate: 1 }), engine });
    plain.setWeights(before);
    const expected = await differencesOf(plain, [x, y]);
    for (const [i, { data }] of before.entries()) {
      const found = data.map((value, k) => value - after[i]!.data[k]!);
      const ofPenalty = i === before.length - 2 ? kernel.map((value) => 0.1 * Math.sign(value)) : data.map(() => 0);
      expectClose(
        found,
        expected[i]!.map((value, k) => Math.exp(-0.5) * value + ofPenalty[k]!),
        1e-7,
      );
    }
    expect(await gradientsOf(plain, x, y)).toHaveLength(before.length);
  });

  test("knows named inputs and outputs, and applies the model to other inputs", async () => {
    const start = input({ shape: [4] });
    const net = model({ inputs: { start }, outputs: { value: dense(1).apply(start), policy: dense(2).apply(start) } });
    net.compile({ loss: "huber", optimizer: "sgd", engine });
    const step = trainStep(net, {
      optimizer: rmsprop(),
      loss({ inputs, outputs, forward }) {
        const moved = forward({ start: mul(2, inputs.start) });
        return add(mean(square(sub(moved.value, mul(2, outputs.value)))), mean(square(outputs.policy)));
      },
    });
    // Without biases the value is linear: only the policy counts.
    const { loss } = await step.run({ start: waves([3, 4]) });
    const twin = trainStep(net, {
      optimizer: sgd({ learningRate: 0 }),
      loss: ({ outputs }) => mean(square(outputs.policy)),
    });
    expect((await twin.run({ start: waves([3, 4]) })).loss).toBeLessThan(loss);
  });

  test("goes on bit for bit from its state, random numbers included", async () => {
    const build = () => {
      const net = sequential([dense(8, { inputShape: [2] }), dropout(0.5), dense(1)]);
      net.compile({ loss: "huber", optimizer: "sgd", engine: "wasm", seed: 1 });
      const step = trainStep(net, {
        optimizer: adam(),
        seed: 3,
        loss: ({ outputs, random }) => mean(square(sub(outputs, clip(random([4, 1]), 0.1, 0.9)))),
      });
      return { net, step };
    };
    const data = waves([4, 2]);
    const [whole, first, second] = [build(), build(), build()];
    for (let turn = 0; turn < 4; turn++) await whole.step.run(data);
    for (let turn = 0; turn < 2; turn++) await first.step.run(data);
    second.net.setWeights(first.net.getWeights());
    second.step.setState(first.step.getState());
    for (let turn = 0; turn < 2; turn++) await second.step.run(data);
    expect(second.net.getWeights()).toEqual(whole.net.getWeights());
    expect(second.step.getState()).toEqual(whole.step.getState());
  });

  test("leaves frozen weights alone", async () => {
    const net = make();
    net.layers[0]!.layer.trainable = false;
    const step = trainStep(net, { optimizer: sgd(), loss: ({ outputs }) => mean(square(outputs)) });
    const before = net.getWeights();
    await step.run(x);
    const after = net.getWeights();
    expect(after[0]).toEqual(before[0]);
    expect(after.at(-1)).not.toEqual(before.at(-1));
  });

  test("on ragged rows is told which steps count, and pads further arrays alike", async () => {
    const net = sequential([lstm(3, { returnSequences: true, inputShape: [null, 2] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    const [rows, targets] = [
      [waves([5, 2]), waves([2, 2], 1)],
      [waves([5, 1], 2), waves([2, 1], 3)],
    ];
    const step = trainStep(net, {
      optimizer: sgd(),
      data: ["target"],
      loss: ({ outputs, masks, data: { target } }) => {
        const error = square(sub(outputs, target));
        return masks ? div(sum(select(reshape(masks, [...masks.shape, 1]), error, 0)), sum(masks)) : mean(error);
      },
    });
    const expected = (await net.evaluate(ragged(rows), ragged(targets))).loss;
    expect((await step.run(ragged(rows), { target: ragged(targets) })).loss).toBeCloseTo(expected, 12);
    const even = { data: Float64Array.from([...rows[0]!.data, ...rows[0]!.data]), shape: [2, 5, 2] };
    await expect(step.run(even, { target: waves([2, 5, 1]) })).resolves.toHaveProperty("loss");
  });

  test("says what is wrong", async () => {
    const net = make();
    const number = trainStep(net, { optimizer: sgd(), loss: () => 3 as never });
    await expect(number.run(x)).rejects.toThrow(
      "Expected `loss` of trainStep() to give a scalar tensor, or { loss } with one, got 3: reduce it with mean() or sum().",
    );
    const misspelt = trainStep(net, { optimizer: sgd(), loss: ({ weights }) => sum(abs(weights["dense/kernell"]!)) });
    await expect(misspelt.run(x)).rejects.toThrow("Expected abs() to get tensors, got undefined.");
    expect(() => trainStep({} as never, { optimizer: sgd(), loss: () => x as never })).toThrow(
      "a model for trainStep()",
    );
    const vector = trainStep(net, { optimizer: sgd(), loss: ({ outputs }) => square(outputs) });
    await expect(vector.run(x)).rejects.toThrow(ShapeError);
    const wants = trainStep(net, {
      optimizer: sgd(),
      data: ["y"],
      loss: ({ outputs, data }) => mean(sub(outputs, data.y)),
    });
    await expect(wants.run(x, {} as never)).rejects.toThrow(/by name: y, got none/);
    expect(() => trainStep(net, { optimizer: "sgd" as never, loss: ({ outputs }) => outputs })).toThrow(/adam\(\)/);
    expect(() => wants.setState({ step: 0, arrays: { "optimizer/x": y } })).not.toThrow();
    const stateful = trainStep(net, { optimizer: adam(), loss: ({ outputs }) => mean(outputs) });
    expect(() => stateful.setState({ step: 0, arrays: {} })).toThrow(/state of trainStep/);
  });
});
