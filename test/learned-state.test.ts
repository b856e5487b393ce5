/** States to begin with that training learns; `contracts/cells.test.ts` checks their gradients for every cell. */
import {
  add,
  bidirectional,
  defineCell,
  dilated,
  fromBytes,
  gru,
  input,
  lstm,
  model,
  recurrent,
  sequential,
  simpleRnn,
  stacked,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "./support/engines.ts";
import { compileForGradient, differencesOf, gradientsOf, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [rows, time, features] = [3, 4, 2] as const;
const x = waves([rows, time, features]);
const learned = { learnInitialState: true, inputShape: [null, features] } as const;

test("each part is a weight of the layer, under the name of the part", () => {
  const names = (layer: ReturnType<typeof lstm>) =>
    sequential([layer])
      .getWeights()
      .map(({ name }) => name);
  const own = ["lstm/kernel", "lstm/recurrentKernel", "lstm/bias"];
  expect(names(lstm(3, learned))).toEqual([...own, "lstm/initialH", "lstm/initialC"]);
  expect(names(lstm(3, { ...learned, learnInitialState: ["c"] }))).toEqual([...own, "lstm/initialC"]);
  const stack = stacked([gru(2, { learnInitialState: true }), lstm(3, { learnInitialState: ["h"] })], {
    inputShape: [null, features],
  });
  const both = names(stack).filter((name) => name.includes("initial"));
  expect(both).toEqual(["stacked/gru/initialH", "stacked/lstm/initialH"]);
});

test.each([
  ["both ways", () => bidirectional(lstm(2, learned))],
  ["dilated", () => dilated(lstm(2, learned))],
  [
    "a stack",
    () => stacked([gru(2, learned), lstm(2, { learnInitialState: ["c"] })], { inputShape: [null, features] }),
  ],
] as const)("%s learns its own, with masked steps too, and is saved", async (_name, make) => {
  const [steps, mask] = [input({ shape: [null, features], name: "x" }), input({ shape: [null], name: "mask" })];
  const net = model({ inputs: [steps, mask], outputs: make().apply(steps, { mask }) });
  compileForGradient(net);
  setWaves(net);
  const flags = [1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1];
  const data = {
    x: { ...x, data: x.data.map((old, i) => (flags[Math.floor(i / features)] === 1 ? old : Number.NaN)) },
    mask: { data: Float32Array.from(flags), shape: [rows, time] },
  };
  const y = waves((await net.predict(data)).shape, 3);
  const [found, expected] = [await gradientsOf(net, data, y), await differencesOf(net, [data, y])];
  for (const [i, gradient] of found.entries()) {
    expect(gradient.some((value) => value !== 0)).toBe(true);
    expectClose(gradient, expected[i]!, 1e-7);
  }
  const again = fromBytes(await net.toBytes(), { engine: "reference" });
  expect((await again.predict(data)).data).toEqual((await net.predict(data)).data);
});

/** h' = h + x, so that all that comes out is the sum of the state before and what came in. */
const adder = defineCell({
  name: "adder",
  weights: () => ({}),
  state: (units) => ({ h: units }),
  step: (_weights, x, { h }) => ({ h: add(h, x) }),
});
const ones = (steps: number, count = 2) => ({
  data: new Float32Array(count * steps).fill(1),
  shape: [count, steps, 1],
});

describe.each(engines)("on %s", (engine) => {
  const make = (options: object) => {
    const shape = { inputShape: [null, 1], learnInitialState: true } as const;
    const net = sequential([recurrent(adder, 1, { ...shape, ...options, returnState: false })]);
    compileForGradient(net, { loss: (_target, sum) => sum, engine });
    net.setWeights([[10]]);
    return net;
  };

  test("rows of a stateful layer begin with it when they begin, and then go on from where they were", async () => {
    const net = make({ stateful: true });
    const sums = async () => Array.from((await net.predict(ones(2))).data);
    expect([await sums(), await sums()]).toEqual([
      [12, 12],
      [14, 14],
    ]);
    net.resetStates([1]);
    expect(await sums()).toEqual([16, 12]);
    net.setWeights([[100]]);
    expect(await sums()).toEqual([18, 14]);
    net.resetStates();
    expect(await sums()).toEqual([102, 102]);

    // From a file, row 0 goes on and row 1 begins anew.
    net.resetStates([1]);
    const again = fromBytes(await net.toBytes({ includeOptimizer: false }), { cells: [adder], engine });
    expect(Array.from((await again.predict(ones(2))).data)).toEqual([104, 102]);
  });

  test("it learns from rows that begin with it alone", async () => {
    const net = make({ stateful: true });
    const gradient = async () => {
      const before = net.getWeights()[0]!.data[0]!;
      await net.trainOnBatch(ones(2), { data: new Float32Array(2), shape: [2, 1] });
      return before - net.getWeights()[0]!.data[0]!;
    };
    expect(await gradient()).toBeCloseTo(1, 5);
    expect(await gradient()).toBe(0);
    net.resetStates([0]);
    expect(await gradient()).toBeCloseTo(0.5, 5);
  });

  test("a stream begins with it, again after a reset, and may be set elsewhere", async () => {
    const stream = await make({}).stream({ rows: 2 });
    const step = () => Array.from(stream.step([1, 2]));
    expect([step(), step()]).toEqual([
      [11, 12],
      [12, 14],
    ]);
    stream.reset();
    expect(Array.from(stream.getStates()["adder h"]!)).toEqual([10, 10]);
    expect(step()).toEqual([11, 12]);
    stream.setStates({ "adder h": [0, 50] });
    expect(step()).toEqual([1, 52]);
  });

  test("rows that are trained on segment by segment begin with it in their first segment, and learn it there", async () => {
    const net = make({ returnSequences: true });
    const y = { data: new Float32Array(8), shape: [2, 4, 1] };
    const { metrics } = await net.fit(ones(4), y, { epochs: 2, batchSize: 2, truncate: 2 });
    // Sums of 11, 12, 13 and 14; the gradient by what they begin with is 1, in the first two steps.
    expect(metrics.loss).toEqual([12.5, 11.5]);
    expect(net.getWeights()[0]!.data[0]).toBeCloseTo(8, 5);
  });

  test("a row of which no step counts gives it as its state, and zeros as its output", async () => {
    const [steps, mask] = [input({ shape: [null, 1], name: "x" }), input({ shape: [null], name: "mask" })];
    const layer = recurrent(adder, 1, { learnInitialState: true, returnState: true });
    const [output, state] = layer.apply(steps, { mask });
    const net = model({ inputs: [steps, mask], outputs: { output: output!, state: state! } });
    compileForGradient(net, { loss: "meanSquaredError", engine });
    net.setWeights([[10]]);
    const found = await net.predict({
      x: ones(2),
      mask: [
        [1, 1],
        [0, 0],
      ],
    });
    expect([Array.from(found.output.data), Array.from(found.state.data)]).toEqual([
      [12, 0],
      [12, 10],
    ]);
  });
});

test("a stack streams from what its cells have learnt", async () => {
  const inner = [gru(2, { learnInitialState: true }), lstm(3, { learnInitialState: ["h"] })];
  const net = sequential([stacked(inner, { returnSequences: true, inputShape: [null, features] })]);
  compileForGradient(net);
  setWaves(net);
  const whole = await net.predict(x);
  const stream = await net.stream({ rows });
  for (let step = 0; step < time; step++) {
    expectClose(stream.step(stepsOf(x, step, step + 1).data), stepsOf(whole, step, step + 1).data, 1e-6);
  }
});

test("what makes no sense is refused", async () => {
  const [steps, h] = [input({ shape: [null, features] }), input({ shape: [2] })];
  expect(() => lstm(2, { learnInitialState: "h" as never })).toThrow("true, false or a list of parts of the state");
  expect(() => lstm(2, { learnInitialState: ["d"] }).apply(steps)).toThrow('parts of its state, h or c, got "d"');
  const given = simpleRnn(2, { learnInitialState: true }).apply(steps, { initialState: [h] });
  const net = model({ inputs: [steps, h], outputs: given });
  const data = { input: x, input_1: waves([rows, 2]) };
  await expect(net.predict(data)).rejects.toThrow(
    "simpleRnn to learn its initial state or to get an initialState, got both",
  );
  const named = defineCell({
    name: "named",
    weights: (_inputSize, units) => ({ initialH: { shape: [units], initializer: "zeros" } }),
    state: (units) => ({ h: units }),
    step: ({ initialH }, _x, { h }) => ({ h: add(h, initialH) }),
  });
  expect(() => recurrent(named, 2, { learnInitialState: true }).apply(steps)).toThrow(
    "without a weight called initialH",
  );
});
