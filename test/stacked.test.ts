/** Several cells in one loop over time: the numbers of the same layers one after the other, wherever one layer goes. */
import {
  add,
  bidirectional,
  checkCell,
  concatenate,
  decoder,
  defineCell,
  dense,
  dilated,
  type EngineName,
  fromBytes,
  gru,
  indRnn,
  input,
  type LstmOptions,
  lstm,
  matmul,
  model,
  mul,
  type NumericArray,
  notEqual,
  phasedLstm,
  projectedLstm,
  recurrent,
  type SymbolicTensor,
  sequential,
  simpleRnn,
  stacked,
  type Tensor,
  timeAwareLstm,
} from "rondo";
import { describe, expect, test } from "vitest";
import { allCells, furtherFeatures, leaky } from "./support/cells.ts";
import { engines } from "./support/engines.ts";
import { compileForGradient, differencesOf, gradientsOf, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [rows, time, features, units] = [3, 5, 2, 3] as const;
const x = waves([rows, time, features]);
const mask = { data: Float32Array.of(1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1), shape: [rows, time] };
const spoilt = { ...x, data: x.data.map((old, i) => (mask.data[Math.floor(i / features)] === 1 ? old : Number.NaN)) };

const gap = waves([rows, time, 1], 2);
const data = { x: spoilt, gap: { ...gap, data: gap.data.map((value) => 1.5 + value) }, mask };

/** Layers through a sequence, with what they take beside it and a mask; the first output is a sequence. */
type Through = (steps: SymbolicTensor, gap: SymbolicTensor, mask: SymbolicTensor) => readonly SymbolicTensor[];

function networkOf(through: Through, engine: EngineName = "reference") {
  const steps = input({ shape: [null, features], name: "x" });
  const gaps = input({ shape: [null, 1], name: "gap" });
  const counts = input({ shape: [null], name: "mask" });
  const [sequence, ...rest] = through(steps, gaps, counts);
  // All inputs reach an output, so that all models take the same data.
  const used = [dense(1).apply(gaps), dense(1).apply(steps, { mask: counts })];
  const net = model({ inputs: [steps, gaps, counts], outputs: [concatenate().apply([sequence!, ...used]), ...rest] });
  compileForGradient(net, { loss: "meanSquaredError", engine });
  setWaves(net);
  return net;
}

type Net = ReturnType<typeof networkOf>;

/** Expects the same outputs of both models, whose weights come in the same order. */
async function expectSameOutputs(one: Net, other: Net, tolerance = 1e-12): Promise<readonly NumericArray[]> {
  expect(one.getWeights().map(({ shape }) => shape)).toEqual(other.getWeights().map(({ shape }) => shape));
  const [found, expected] = [await one.predict(data), await other.predict(data)].map(Object.values);
  for (const [i, { data, shape }] of found!.entries()) {
    expect(shape).toEqual(expected![i]!.shape);
    expectClose(data, expected![i]!.data, tolerance);
  }
  return found!;
}

/** The same of outputs and gradients. */
async function expectSame(one: Net, other: Net, tolerance = 1e-12): Promise<void> {
  const made = await expectSameOutputs(one, other, tolerance);
  const targets = (net: Net) =>
    Object.fromEntries(net.outputNames.map((name, i) => [name, waves(made[i]!.shape, 7 + i)]));
  const gradients = await gradientsOf(one, data, targets(one));
  const wanted = await gradientsOf(other, data, targets(other));
  expect(gradients.some((gradient) => gradient.some((value) => value !== 0))).toBe(true);
  for (const [i, gradient] of gradients.entries()) expectClose(gradient, wanted[i]!, tolerance);
}

const sequences = { returnSequences: true } as const;

describe.each(engines)("on %s", (engine) => {
  test("three layers in one loop are three one after the other: states, masks, NaN where they hide", async () => {
    const state = { returnState: true, ...sequences } as const;
    const together = networkOf(
      (steps, _gap, counts) => stacked([lstm(units), projectedLstm(4), gru(2)], state).apply(steps, { mask: counts }),
      engine,
    );
    const apart = networkOf((steps, _gap, counts) => {
      const [one, ...first] = lstm(units, state).apply(steps, { mask: counts });
      const [two, ...second] = projectedLstm(4, state).apply(one!);
      const [three, ...third] = gru(2, state).apply(two!);
      return [three!, ...first, ...second, ...third];
    }, engine);
    await expectSame(together, apart, engine === "reference" ? 1e-12 : 1e-5);
  });
});

describe.each(allCells.map((cell) => ({ name: cell.name, cell })))("$name", ({ cell }) => {
  const make = (options: object) => recurrent(cell, units, { ...options, returnState: false });
  const from = (steps: SymbolicTensor, gaps: SymbolicTensor) =>
    furtherFeatures(cell, features, units) > 0 ? [steps, gaps] : [steps];

  test("below and above in a stack is what it is by itself", async () => {
    const together = networkOf((steps, gaps, counts) => [
      stacked([make({}), make({})], sequences).apply(from(steps, gaps), { mask: counts }),
    ]);
    const apart = networkOf((steps, gaps, counts) => {
      const below = make(sequences).apply(from(steps, gaps), { mask: counts });
      return [make(sequences).apply(from(below, gaps))];
    });
    await expectSame(together, apart);
  });
});

test("all cells that take the time gap take it from one input", async () => {
  const together = networkOf((steps, gaps) => [
    stacked([timeAwareLstm(3), lstm(2), phasedLstm(2)], sequences).apply([steps, gaps]),
  ]);
  const apart = networkOf((steps, gaps) => {
    const below = lstm(2, sequences).apply(timeAwareLstm(3, sequences).apply([steps, gaps]));
    return [phasedLstm(2, sequences).apply([below, gaps])];
  });
  await expectSame(together, apart);
  const layer = stacked([timeAwareLstm(3), phasedLstm(2)], { inputsFromFeatures: true, inputShape: [4, 3] });
  const [kernel] = sequential([layer]).getWeights();
  expect(kernel).toMatchObject({ name: "stacked/timeAwareLstm/kernel", shape: [2, 12] });
});

test("inside dilated it is each layer inside of one", async () => {
  const one = networkOf((steps, _gap, counts) => [
    dilated(stacked([lstm(3), gru(2)], sequences)).apply(steps, { mask: counts }),
  ]);
  const other = networkOf((steps, _gap, counts) => [
    dilated(gru(2, sequences)).apply(dilated(lstm(3, sequences)).apply(steps, { mask: counts })),
  ]);
  await expectSame(one, other);
});

test("both ways it is a stack that goes forwards and one that goes backwards", async () => {
  const layers = [lstm(3), gru(2)];
  // Turned round once more by a cell that gives what it gets.
  const same = defineCell({
    name: "same",
    weights: () => ({}),
    state: (size) => ({ h: size }),
    step: (_weights, value) => ({ h: value }),
  });
  const turn = recurrent(same, 2, { ...sequences, goBackwards: true });
  const one = networkOf((steps) => [bidirectional(stacked(layers, sequences)).apply(steps)]);
  const other = networkOf((steps) => {
    const back = stacked(layers, { ...sequences, goBackwards: true }).apply(steps);
    return [concatenate().apply([stacked(layers, sequences).apply(steps), turn.apply(back)])];
  });
  await expectSame(one, other);
});

test("a stack in a stack is a stack", async () => {
  const nested = networkOf((steps) => [stacked([stacked([lstm(3), gru(2)]), simpleRnn(4)], sequences).apply(steps)]);
  const flat = networkOf((steps) => [stacked([lstm(3), gru(2), simpleRnn(4)], sequences).apply(steps)]);
  await expectSame(nested, flat);
});

test("what a cell keeps of its state by zoneout is what the one above sees", async () => {
  const [low, high] = [{ zoneout: { h: 0.3, c: 0.1 } }, { zoneout: 0.2 }] as const;
  const one = networkOf((steps) => [stacked([lstm(3, low), indRnn(2, high)], sequences).apply(steps)]);
  const other = networkOf((steps) => [
    indRnn(2, { ...sequences, ...high }).apply(lstm(3, { ...sequences, ...low }).apply(steps)),
  ]);
  await expectSameOutputs(one, other);
});

test("what is random belongs to each cell, and is there in training alone", async () => {
  const make = (options: LstmOptions, place: number) => {
    const layers = [0, 1].map((i) => lstm(8, i === place ? options : {}));
    const net = sequential([stacked(layers, { inputShape: [time, features] })]);
    compileForGradient(net);
    return net;
  };
  const y = waves([rows, 8], 3);
  const plain = (await make({}, 0).trainOnBatch(x, y)).loss;
  for (const options of [{ dropout: 0.5 }, { recurrentDropout: 0.5 }, { weightDrop: 0.5 }, { zoneout: { c: 0.5 } }]) {
    const losses = await Promise.all(
      [0, 1].map(async (place) => {
        const net = make(options, place);
        if (!("zoneout" in options)) expect((await net.evaluate(x, y)).loss).toBe(plain);
        return (await net.trainOnBatch(x, y)).loss;
      }),
    );
    expect(new Set([plain, ...losses]).size).toBe(3);
  }
});

test("the one above is dropped the same at every step", async () => {
  // The lower cell gives 1 at all steps, the upper one counts what it sees.
  const ones = defineCell({
    name: "ones",
    weights: () => ({}),
    state: (size) => ({ h: size }),
    step: (_weights, _x, { h }) => ({ h: add(mul(0, h), 1) }),
  });
  const counter = defineCell({
    name: "counter",
    weights: () => ({}),
    state: (size) => ({ h: size }),
    step: (_weights, value, { h }) => ({ h: add(h, value) }),
  });
  const layers = [recurrent(ones, 200), recurrent(counter, 200, { dropout: 0.5 })];
  const net = sequential([stacked(layers, { inputShape: [4, 1] })]);
  const oddOnes = (_target: Tensor, counts: Tensor) => mul(notEqual(counts, 0), notEqual(counts, 8));
  compileForGradient(net, { loss: oddOnes, metrics: [] });
  expect((await net.trainOnBatch(waves([rows, 4, 1]), waves([rows, 200]))).loss).toBe(0);
});

test("each cell has right gradients, masked steps and states of its own", async () => {
  await checkCell(stacked([lstm(3), gru(2), recurrent(leaky, 3)]));
  await checkCell(stacked([timeAwareLstm(2), phasedLstm(3)]));
  await expect(checkCell(stacked([lstm(3)]), { units: 3 })).rejects.toThrow("that has its units and options");
});

test("goes on from batch to batch, step by step, and from a state that is given", async () => {
  const layers = [lstm(3), gru(2)];
  const make = (options: object) => {
    const net = sequential([stacked(layers, { ...sequences, ...options, inputShape: [null, features] })]);
    compileForGradient(net);
    setWaves(net);
    return net;
  };
  const whole = await make({}).predict(x);
  const halves = make({ stateful: true });
  const first = await halves.predict(stepsOf(x, 0, 2));
  const second = await halves.predict(stepsOf(x, 2, time));
  expectClose(first.data, stepsOf(whole, 0, 2).data, 1e-12);
  expectClose(second.data, stepsOf(whole, 2, time).data, 1e-12);
  const again = fromBytes(await halves.toBytes(), { engine: "reference" });
  expect((await again.predict(stepsOf(x, 0, 2))).data).toEqual((await halves.predict(stepsOf(x, 0, 2))).data);

  const stream = await make({}).stream({ rows });
  for (let step = 0; step < time; step++) {
    expectClose(stream.step(stepsOf(x, step, step + 1).data), stepsOf(whole, step, step + 1).data, 1e-6);
  }
  expect(Object.keys(stream.getStates())).toEqual(["stacked lstm/h", "stacked lstm/c", "stacked gru/h"]);
});

test("a decoder around it goes on from the states of an encoder", async () => {
  const [source, target] = [
    input({ shape: [null, features], name: "x" }),
    input({ shape: [3], dtype: "int32", name: "ids" }),
  ];
  const layers = [lstm(2), projectedLstm(2, { projectionSize: 1 })];
  const [, ...state] = stacked(layers, { returnState: true }).apply(source);
  const net = model({
    inputs: [source, target],
    outputs: decoder(stacked(layers), 3).apply(target, { initialState: state }),
  });
  compileForGradient(net);
  setWaves(net);
  const ids = { data: Int32Array.from([1, 2, 0, 1, 2, 0, 1, 1, 2]), shape: [rows, 3] };
  const given = { x, ids };
  const y = waves([rows, 3, 3], 3);
  const [found, expected] = [await gradientsOf(net, given, y), await differencesOf(net, [given, y])];
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7);
  const again = fromBytes(await net.toBytes(), { engine: "reference" });
  expect((await again.predict(given)).data).toEqual((await net.predict(given)).data);
});

test("cells keep their own names, penalties and frozen weights, also in a file", async () => {
  const layers = [
    lstm(3, { name: "low", kernelRegularizer: { name: "l2", l2: 0.1 } }),
    recurrent(leaky, 2, { trainable: false }),
    recurrent(leaky, 2, { recurrentConstraint: "unitNorm", leak: 0.5 }),
  ];
  const net = sequential([stacked(layers, { name: "all", inputShape: [null, features] })]);
  compileForGradient(net);
  const names = ["low/kernel", "low/recurrentKernel", "low/bias"];
  const others = ["leaky", "leaky_1"].flatMap((name) => [`${name}/kernel`, `${name}/recurrentKernel`]);
  expect(net.getWeights().map(({ name }) => name)).toEqual([...names, ...others].map((name) => `all/${name}`));
  const before = net.getWeights();
  await net.trainOnBatch(x, waves([rows, 2], 3));
  const same = net.getWeights().map(({ data }, i) => data.every((value, k) => value === before[i]!.data[k]));
  expect(same).toEqual([false, false, false, true, true, false, false]);

  const again = fromBytes(await net.toBytes(), { cells: [leaky], engine: "reference" });
  expect(again.getConfig()).toEqual(net.getConfig());
  expect((await again.predict(x)).data).toEqual((await net.predict(x)).data);
});

test("what makes no sense is refused", () => {
  const steps = input({ shape: [null, features] });
  expect(() => stacked([])).toThrow("a list of recurrent layers, the lowest first, got none");
  expect(() => stacked([lstm(2), dense(2)])).toThrow("stacked to get recurrent layers, got dense");
  expect(() => stacked([lstm(2, { stateful: true })])).toThrow(
    "layers in stacked without `stateful`, got it in lstm: give it to stacked",
  );
  expect(() => stacked([lstm(2, { activityRegularizer: "l2" })])).toThrow("without `activityRegularizer`");
  expect(() => stacked([lstm(2)], { dropout: 0.2 } as object)).toThrow("dropout");
  expect(() => stacked([lstm(2, { name: "a" }), lstm(3, { name: "a" })])).toThrow('different names, got two "a"');
  const wide = defineCell({
    name: "wide",
    inputs: () => ({ gap: 2 }),
    weights: (size, own) => ({ kernel: { shape: [size, own], initializer: "glorotUniform" } }),
    state: (size) => ({ h: size }),
    step: ({ kernel }, value) => ({ h: matmul(value, kernel) }),
  });
  expect(() => stacked([timeAwareLstm(2), recurrent(wide, 2)]).apply([steps, steps])).toThrow(
    "cells of stacked that take `gap` to take it in one size, got 1 and 2",
  );
});
