/** What must hold for every cell, those of users included. */
import {
  bidirectional,
  checkCell,
  dense,
  embedding,
  flatten,
  fromBytes,
  input,
  layerKinds,
  model,
  sequential,
} from "rondo";
import { describe, expect, test } from "vitest";
import { allCells, cellCases, furtherFeatures, layerOf, layerWithState, leaky } from "../support/cells.ts";
import { engines } from "../support/engines.ts";
import { compileForGradient, gradientsOf, setWaves, stepsOf, waves, withSteps } from "../support/models.ts";
import { expectClose } from "../support/numbers.ts";

const [batch, time, units] = [3, 5, 3] as const;

describe.each(cellCases)("The equation of $title", ({ cell, options }) => {
  test("has right gradients, passes over masked steps, goes on from its state, and keeps rows apart", async () => {
    await checkCell(cell, { options });
  });
});

test("every cell of the library says where its equations come from, and is a kind of layer", () => {
  for (const { name, source } of allCells.filter((cell) => cell !== leaky)) {
    expect(source, name).toMatch(/ (19|20)\d\d, /);
    expect(layerKinds).toContain(name);
  }
});

/** 1 where a step is masked: at the end, at the beginning, in the middle, everywhere. */
const paddings = {
  "at the end": [0, 0, 0, 1, 1],
  "at the beginning": [1, 1, 0, 0, 0],
  "in the middle": [0, 1, 0, 1, 0],
  everywhere: [1, 1, 1, 1, 1],
} as const;

describe.each(allCells.map((cell) => ({ name: cell.name, cell, options: {} })))("$name", (cell) => {
  const features = 2 + furtherFeatures(cell.cell, 2, units);
  const x = waves([batch, time, features]);
  const size = layerOf(cell, units).apply(input({ shape: [time, features] })).shape[0]!;
  const sequences = () => sequential([layerOf(cell, units, { returnSequences: true, inputShape: [null, features] })]);

  /** x and a mask in; the sequence and the last output out. */
  const masked = () => {
    const [steps, mask] = [input({ shape: [null, features], name: "x" }), input({ shape: [null], name: "mask" })];
    const both = layerOf(cell, units, { returnSequences: true });
    const last = layerOf(cell, units);
    const outputs = { sequence: both.apply(steps, { mask }), last: dense(1).apply(last.apply(steps, { mask })) };
    return model({ inputs: [steps, mask], outputs });
  };

  const counts = (hidden: readonly number[]) => ({
    data: Float32Array.from(
      Array.from({ length: batch }, (_, row) => (row === 1 ? hidden : hidden.map(() => 0))).flat(),
      (h) => 1 - h,
    ),
    shape: [batch, time],
  });

  test("has a kernel for its inputs, whose columns are its gates", () => {
    const net = sequences();
    const [kernel] = net.getWeights();
    expect(kernel!.name).toBe(`${cell.cell.name}/kernel`);
    // A convolution has one for the features of each place.
    if (kernel!.shape.length === 2) expect(kernel!.shape[0]).toBe(2);
    if (cell.cell.gates.length > 0) expect(kernel!.shape.at(-1)).toBe(units * cell.cell.gates.length);
  });

  test("gives sequences, the last step or the state", async () => {
    const net = sequences();
    compileForGradient(net);
    setWaves(net);
    const all = await net.predict(x);
    expect(all.shape).toEqual([batch, time, size]);

    const steps = input({ shape: [time, features] });
    const [output, ...state] = layerWithState(cell, units).apply(steps);
    const ends = model({ inputs: steps, outputs: [output!, ...state] });
    compileForGradient(ends, { loss: "meanSquaredError" });
    ends.setWeights(net.getWeights());
    const [last, ...parts] = Object.values(await ends.predict(x));
    expectClose(last!.data, stepsOf(all, time - 1, time).data, 1e-12);
    expectClose(parts[0]!.data, last!.data, 1e-12);
    expect(parts.map(({ shape }) => shape)).toEqual(state.map(({ shape }) => [batch, ...shape]));
  });

  test("trains through checkpoints as without, and through segments without a gradient between them", async () => {
    const [net, y] = [sequences(), waves([batch, time, size], 3)];
    compileForGradient(net);
    setWaves(net);
    const gradientsWith = async (options: object) => {
      const inputShape = [null, features];
      const other = sequential([layerOf(cell, units, { returnSequences: true, inputShape, ...options })]);
      compileForGradient(other);
      other.setWeights(net.getWeights());
      return await gradientsOf(other, x, y);
    };
    const plain = await gradientsOf(net, x, y);
    const [kept, handedOver] = [await gradientsWith({ checkpoint: true }), await gradientsWith({ truncate: 2 })];
    for (const [i, gradient] of kept.entries()) expectClose(gradient, plain[i]!, 1e-12);
    expect(handedOver.every((gradient) => gradient.every(Number.isFinite))).toBe(true);
    const isTrained = plain.some((gradient) => gradient.some((value) => value !== 0));
    if (isTrained) expect(handedOver).not.toEqual(plain);
  });

  test("goes through two halves as through the whole", async () => {
    const net = sequences();
    compileForGradient(net);
    const halves = sequential([
      layerOf(cell, units, { returnSequences: true, stateful: true, inputShape: [null, features] }),
    ]);
    compileForGradient(halves);
    halves.setWeights(net.getWeights());
    const whole = await net.predict(x);
    const first = await halves.predict(stepsOf(x, 0, 2));
    const second = await halves.predict(stepsOf(x, 2, time));
    expectClose(first.data, stepsOf(whole, 0, 2).data, 1e-14);
    expectClose(second.data, stepsOf(whole, 2, time).data, 1e-14);

    halves.resetStates();
    expectClose((await halves.predict(stepsOf(x, 0, 2))).data, first.data, 0);
  });

  test("goes on from a state that is handed over", async () => {
    const steps = input({ shape: [null, features] });
    const [sequence, ...state] = layerWithState(cell, units, { returnSequences: true }).apply(steps);
    const begin = model({ inputs: steps, outputs: [sequence!, ...state] });
    compileForGradient(begin);
    setWaves(begin);

    const rest = input({ shape: [null, features], name: "rest" });
    const given = state.map(({ shape }, i) => input({ shape, name: `state ${i}` }));
    const next = layerOf(cell, units, { returnSequences: true }).apply(rest, { initialState: given });
    const goOn = model({ inputs: [rest, ...given], outputs: next });
    compileForGradient(goOn);
    goOn.setWeights(begin.getWeights());

    const [whole] = Object.values(await begin.predict(x));
    const [, ...handed] = Object.values(await begin.predict(stepsOf(x, 0, 2)));
    const states = Object.fromEntries(handed.map((part, i) => [`state ${i}`, part]));
    const second = await goOn.predict({ rest: stepsOf(x, 2, time), ...states });
    expectClose(second.data, stepsOf(whole!, 2, time).data, 1e-14);
  });

  test("learns a state to begin with that is the same for all rows", async () => {
    const learning = sequential([
      layerOf(cell, units, { returnSequences: true, learnInitialState: true, inputShape: [null, features] }),
    ]);
    compileForGradient(learning);
    setWaves(learning);
    const parts = learning.getWeights().filter(({ name }) => name.includes("/initial"));
    // The same numbers as the rows of tables, whose gradients are those of each row's state.
    const [steps, row] = [
      input({ shape: [null, features], name: "x" }),
      input({ shape: [1], dtype: "int32", name: "row" }),
    ];
    const initialState = parts.map(({ shape }) => flatten().apply(embedding(batch, shape[0]!).apply(row)));
    const outputs = layerOf(cell, units, { returnSequences: true }).apply(steps, { initialState });
    const given = model({ inputs: [steps, row], outputs });
    compileForGradient(given);
    const tables = parts.map(({ data, shape }) => ({
      data: Float64Array.from({ length: batch * shape[0]! }, (_, i) => data[i % shape[0]!]!),
      shape: [batch, ...shape],
    }));
    given.setWeights([...tables, ...learning.getWeights().slice(0, -parts.length)]);

    const data = { x, row: { data: Int32Array.from({ length: batch }, (_, i) => i), shape: [batch, 1] } };
    expectClose((await learning.predict(x)).data, (await given.predict(data)).data, 1e-14);
    const y = waves([batch, time, size], 3);
    const [found, byRow] = [await gradientsOf(learning, x, y), await gradientsOf(given, data, y)];
    for (const [i, { data }] of parts.entries()) {
      const sums = Array.from(data, (_, k) =>
        byRow[i]!.reduce((sum, value, at) => (at % data.length === k ? sum + value : sum), 0),
      );
      expectClose(found.at(i - parts.length)!, sums, 1e-12);
    }
  });

  test("goes backwards as forwards through the reversed sequence", async () => {
    const net = sequences();
    compileForGradient(net);
    const backwards = sequential([
      layerOf(cell, units, { returnSequences: true, goBackwards: true, inputShape: [null, features] }),
    ]);
    compileForGradient(backwards);
    backwards.setWeights(net.getWeights());
    const width = features;
    const turned = Float64Array.from(x.data, (_, i) => {
      const [row, step, feature] = [Math.floor(i / (time * width)), Math.floor(i / width) % time, i % width];
      return x.data[(row * time + time - 1 - step) * width + feature]!;
    });
    const expected = await net.predict({ data: turned, shape: x.shape });
    expectClose((await backwards.predict(x)).data, expected.data, 1e-14);
  });

  test.each(Object.entries(paddings))("passes over steps masked %s, whatever they hold", async (_where, hidden) => {
    const net = masked();
    compileForGradient(net, { loss: "meanSquaredError", metrics: ["meanAbsoluteError"] });
    setWaves(net);
    const mask = counts(hidden);
    const y = { sequence: waves([batch, time, size], 3), last: waves([batch, 1], 4) };
    const flags = Array.from({ length: batch }, (_, row) => (row === 1 ? hidden : hidden.map(() => 0)));
    const clean = { x, mask };
    const dirty = { x: withSteps(x, flags, Number.NaN), mask };
    const dirtyTargets = { ...y, sequence: withSteps(y.sequence, flags, Number.NaN) };

    const [expected, got] = [await net.predict(clean), await net.predict(dirty)];
    expectClose(got.sequence.data, expected.sequence.data, 0);
    expectClose(got.last.data, expected.last.data, 0);
    expect(await net.evaluate(dirty, dirtyTargets)).toEqual(await net.evaluate(clean, y));
    const [gradients, dirtyGradients] = [await gradientsOf(net, clean, y), await gradientsOf(net, dirty, dirtyTargets)];
    for (const [i, gradient] of dirtyGradients.entries()) expectClose(gradient, gradients[i]!, 0);
  });

  test("drops nothing when it does not train, and something when it does", async () => {
    const make = (rates: object) => sequential([layerOf(cell, 8, { ...rates, inputShape: [time, features] })]);
    const y = waves([batch, layerOf(cell, 8).apply(input({ shape: [time, features] })).shape[0]!], 5);
    const plain = make({});
    compileForGradient(plain);
    const kept = await plain.trainOnBatch(x, y);
    for (const rates of [{ dropout: 0.5 }, { recurrentDropout: 0.5 }]) {
      const net = make(rates);
      compileForGradient(net);
      const again = make({});
      compileForGradient(again);
      expect(await net.evaluate(x, y)).toEqual(await again.evaluate(x, y));
      const dropped = net.trainOnBatch(x, y).then(
        ({ loss }) => loss,
        (error: Error) => error.message,
      );
      // A cell whose state goes into no product has nothing to drop there, and says so.
      const found = await dropped;
      if (typeof found === "string") expect(found).toContain("drop()");
      else expect(found).not.toBe(kept.loss);
    }
  });

  test("stacks, goes both ways, and trains", async () => {
    const from = input({ shape: [null, features] });
    const both = bidirectional(layerOf(cell, units, { returnSequences: true })).apply(from);
    const wide = dense(features).apply(both);
    const net = model({ inputs: from, outputs: dense(1).apply(layerOf(cell, units).apply(wide)) });
    compileForGradient(net);
    const gradients = await gradientsOf(net, x, waves([batch, 1], 3));
    expect(gradients.flatMap((numbers) => Array.from(numbers)).every(Number.isFinite)).toBe(true);
    const again = fromBytes(await net.toBytes(), { cells: [leaky], engine: "reference" });
    expectClose((await again.predict(x)).data, (await net.predict(x)).data, 0);
  });

  test("gives step by step what it gives at once", async () => {
    const net = sequences();
    compileForGradient(net);
    const whole = await net.predict(x);
    const stream = await net.stream({ rows: batch });
    for (let step = 0; step < time; step++) {
      expectClose(stream.step(stepsOf(x, step, step + 1).data), stepsOf(whole, step, step + 1).data, 1e-6);
    }
  });

  test("gives on every engine what it gives on the reference", async () => {
    const y = waves([batch, time, size], 3);
    const reference = sequences();
    compileForGradient(reference);
    const weights = reference.getWeights();
    const expected = await gradientsOf(reference, x, y);
    for (const engine of engines.filter((name) => name !== "reference")) {
      const net = sequences();
      compileForGradient(net, { loss: "meanSquaredError", engine });
      net.setWeights(weights);
      expectClose((await net.predict(x)).data, (await reference.predict(x)).data, 1e-5, engine);
      for (const [i, gradient] of (await gradientsOf(net, x, y)).entries()) {
        expectClose(gradient, expected[i]!, 1e-4, `${weights[i]!.name} on ${engine}`);
      }
    }
  });

  test("is the same after saving and loading", async () => {
    const net = sequences();
    compileForGradient(net);
    await net.trainOnBatch(x, waves([batch, time, size], 3));
    const again = fromBytes(await net.toBytes(), { cells: [leaky], engine: "reference" });
    expect(again.getConfig()).toEqual(net.getConfig());
    expectClose((await again.predict(x)).data, (await net.predict(x)).data, 0);
  });
});
