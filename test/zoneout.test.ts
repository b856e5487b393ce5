/** Zoneout and weight drop, around every cell. */
import { add, broadcastTo, defineCell, input, lstm, matmul, model, recurrent, sequential, type Zoneout } from "rondo";
import { describe, expect, test } from "vitest";
import { cellCases, layerOf, layerWithState } from "./support/cells.ts";
import { compileForGradient, gradientsOf, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [batch, time, features, units] = [2, 4, 2, 3] as const;

// A cell that wants more inputs than x has its own tests; what is done to the state is the same.
const plain = cellCases.filter(({ cell }) => Object.keys(cell.inputs(features, units, {})).length === 0);

describe.each(plain)("zoneout of $title", (cell) => {
  test("mixes the state of the step before in when it predicts", async () => {
    const x = waves([batch, time, features]);
    const start = input({ shape: [null, features], name: "x" });
    const whole = model({ inputs: start, outputs: layerOf(cell, units, { zoneout: 0.3 }).apply(start) });
    compileForGradient(whole);
    setWaves(whole);

    const probe = layerWithState(cell, units).apply(start);
    const given = probe.slice(1).map(({ shape }, i) => input({ shape, name: `state ${i}` }));
    const next = layerWithState(cell, units).apply(start, { initialState: given });
    const step = model({ inputs: [start, ...given], outputs: next });
    compileForGradient(step);
    step.setWeights(whole.getWeights());
    let state = given.map(({ shape }) => ({ data: new Float64Array(batch * shape[0]!), shape: [batch, shape[0]!] }));
    for (let t = 0; t < time; t++) {
      const names = Object.fromEntries(state.map((part, i) => [`state ${i}`, part]));
      const [, ...made] = Object.values(await step.predict({ x: stepsOf(x, t, t + 1), ...names }));
      state = made.map(({ data, shape }, i) => ({
        data: Float64Array.from(data, (own, k) => (i === 0 ? 0.3 * state[0]!.data[k]! + 0.7 * own : own)),
        shape: [...shape] as [number, number],
      }));
    }
    expectClose((await whole.predict(x)).data, state[0]!.data, 1e-12);
  });
});

/** Counts the steps that it takes, in both parts of its state. */
const counter = defineCell({
  name: "counter",
  weights: (_inputSize, units) => ({ one: { shape: [units], initializer: "ones" } }),
  state: (units) => ({ h: units, c: units }),
  step: ({ one }, _x, { h, c }) => ({ h: add(h, one), c: add(c, one) }),
});

describe("zoneout while training", () => {
  const [rows, steps, width] = [20, 30, 40];
  const trained = async (zoneout: Zoneout, part: number) => {
    const start = input({ shape: [steps, 1] });
    const [, ...state] = recurrent(counter, width, { zoneout, returnState: true }).apply(start);
    const net = model({ inputs: start, outputs: state[part]! });
    compileForGradient(net, { loss: (_target, prediction) => prediction });
    const data = [waves([rows, steps, 1]), waves([rows, width])] as const;
    const { loss } = await net.trainOnBatch(...data);
    net.setWeights([{ data: new Float32Array(width).fill(1), shape: [width] }]);
    return { loss: loss!, gradients: await gradientsOf(net, ...data) };
  };

  test.each([
    ["the output alone", 0.25, [0.75, 1]],
    ["each part apart", { h: 0.1, c: 0.5 }, [0.9, 0.5]],
  ] as const)("keeps the share that was asked for: %s", async (_what, zoneout, shares) => {
    for (const part of [0, 1]) {
      const { loss } = await trained(zoneout, part);
      expect(Math.abs(loss / steps - shares[part]!)).toBeLessThan(0.01);
    }
  });

  test("passes gradients where the numbers went, another way at each update", async () => {
    const net = sequential([recurrent(counter, width, { zoneout: 0.5, inputShape: [steps, 1] })]);
    compileForGradient(net, { loss: (_target, prediction) => prediction });
    const data = [waves([rows, steps, 1]), waves([rows, width])] as const;
    const seen = new Set<number>();
    for (let update = 0; update < 3; update++) {
      const { loss } = await net.trainOnBatch(...data);
      // The loss is the mean of count · one, and one begins at 1: their gradients are the counts.
      const taken = Array.from(net.getWeights()[0]!.data);
      const sum = taken.reduce((total, value) => total + (1 - value), 0);
      expect(sum).toBeCloseTo(loss!, 8);
      seen.add(loss!);
      net.setWeights([{ data: new Float32Array(width).fill(1), shape: [width] }]);
    }
    expect(seen.size).toBe(3);
  });
});

test("weight drop drops its share of the recurrent weights, the same for all rows and steps, and scales the rest", async () => {
  const size = 60;
  const adder = defineCell({
    name: "adder",
    weights: (_inputSize, units) => ({ recurrentKernel: { shape: [units, units], initializer: "ones" } }),
    state: (units) => ({ h: units }),
    step: ({ recurrentKernel }, x, { h }) => ({
      h: add(matmul(h, recurrentKernel), broadcastTo(x, h.shape)),
    }),
  });
  const net = sequential([recurrent(adder, size, { weightDrop: 0.25, inputShape: [2, 1] })]);
  compileForGradient(net, { loss: (_target, prediction) => prediction });
  const x = { data: Float64Array.of(1, 1, 1, 1), shape: [2, 2, 1] };
  const before = net.getWeights();
  const { loss } = await net.trainOnBatch(x, waves([2, size]));
  const slopes = Array.from(net.getWeights()[0]!.data, (value) => (1 - value) * size);
  // After two steps h is 1 + Σ of a column of weights: 0 for what was dropped, 4/3 of the others.
  expect(slopes.every((slope) => Math.abs(slope) < 1e-9 || Math.abs(slope - 4 / 3) < 1e-9)).toBe(true);
  const dropped = slopes.filter((slope) => Math.abs(slope) < 1e-9).length / slopes.length;
  expect(Math.abs(dropped - 0.25)).toBeLessThan(0.03);
  expect(loss! - 1).toBeCloseTo(slopes.reduce((total, slope) => total + slope, 0) / size, 8);
  net.setWeights(before);
  expect((await net.predict(x)).data.every((value) => value === 1 + size)).toBe(true);
});

test("what makes no sense is refused", async () => {
  const start = input({ shape: [time, features] });
  expect(() => lstm(2, { zoneout: 1 })).toThrow("`zoneout of lstm` to be a number of at least 0 and below 1");
  expect(() => lstm(2, { zoneout: { c: -1 } })).toThrow("`c in zoneout of lstm`");
  const wrong = model({ inputs: start, outputs: lstm(2, { zoneout: { d: 0.1 } }).apply(start) });
  await expect(wrong.predict(waves([1, time, features]))).rejects.toThrow("parts of its state, h or c");
  const net = sequential([recurrent(counter, 2, { weightDrop: 0.5, inputShape: [2, 1] })]);
  compileForGradient(net);
  await expect(net.trainOnBatch(waves([1, 2, 1]), waves([1, 2]))).rejects.toThrow("a cell with a recurrentKernel");
});
