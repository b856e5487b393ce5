/** What cells get at each step beside x: further inputs, constants, noise. */
import {
  add,
  bidirectional,
  defineCell,
  dense,
  exp,
  fromBytes,
  input,
  type LossFunction,
  matmul,
  model,
  mul,
  type NumericArray,
  neg,
  recurrent,
  sequential,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "./support/engines.ts";
import { compileForGradient, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

/** h' = e^(−gap) h + x W + level: it forgets as time goes by. */
const fading = defineCell({
  name: "fading",
  inputs: () => ({ gap: 1, level: 2 }),
  weights: (inputSize, units) => ({
    kernel: { shape: [inputSize, units], initializer: "glorotUniform" },
    levelKernel: { shape: [2, units], initializer: "glorotUniform" },
  }),
  state: (units) => ({ h: units }),
  step: ({ kernel, levelKernel }, x, { h }, { drop }, { gap, level }) => ({
    h: add(mul(exp(neg(gap)), drop(h)), add(matmul(x, kernel), matmul(level, levelKernel))),
  }),
});

const [rows, time, features, units] = [3, 4, 2, 3] as const;
const x = waves([rows, time, features]);
const gap = waves([rows, time, 1], 1);
const levels = waves([rows, time, 2], 2);

/** Arrays side by side along the last axis. */
function beside(...arrays: readonly NumericArray[]): NumericArray {
  const [first] = arrays;
  const steps = first!.shape[0]! * first!.shape[1]!;
  const data = Array.from({ length: steps }, (_, step) =>
    arrays.flatMap(({ data, shape }) => Array.from(data.slice(step * shape[2]!, (step + 1) * shape[2]!))),
  ).flat();
  return { data: Float64Array.from(data), shape: [...first!.shape.slice(0, 2), data.length / steps] };
}

const inputs = () => ({
  x: input({ shape: [null, features] }),
  gap: input({ shape: [null, 1] }),
  level: input({ shape: [null, 2] }),
});

describe.each(engines)("on %s", (engine) => {
  const networks = () => {
    const from = inputs();
    const layer = recurrent(fading, units, { returnSequences: true });
    const apart = model({ inputs: from, outputs: layer.apply([from.x, from.gap, from.level]) });
    const together = sequential([
      recurrent(fading, units, { returnSequences: true, inputsFromFeatures: true, inputShape: [null, features + 3] }),
    ]);
    for (const net of [apart, together]) net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    setWaves(apart);
    together.setWeights(apart.getWeights());
    return { apart, together };
  };

  test("a cell gets further sequences, as inputs of their own or as the last features of x", async () => {
    const { apart, together } = networks();
    const [one, other] = [
      await apart.predict({ x, gap, level: levels }),
      await together.predict(beside(x, gap, levels)),
    ];
    expectClose(other.data, one.data, 1e-6);
    // By hand, for the first row and unit.
    const [kernel, levelKernel] = apart.getWeights();
    let h = 0;
    for (let step = 0; step < time; step++) {
      h *= Math.exp(-gap.data[step]!);
      for (let i = 0; i < features; i++) h += x.data[step * features + i]! * kernel!.data[i * units]!;
      for (let i = 0; i < 2; i++) h += levels.data[step * 2 + i]! * levelKernel!.data[i * units]!;
      expect(one.data[step * units]).toBeCloseTo(h, 5);
    }
  });

  test("and streams them", async () => {
    const { apart } = networks();
    const whole = await apart.predict({ x, gap, level: levels });
    const stream = await apart.stream({ rows });
    for (let step = 0; step < time; step++) {
      const now = [x, gap, levels].map((all) => stepsOf(all, step, step + 1).data);
      expectClose(stream.step(...now), stepsOf(whole, step, step + 1).data, 1e-6);
    }
  });
});

test("an input without time is the same at every step", async () => {
  const [from, level] = [inputs(), input({ shape: [2] })];
  const layer = recurrent(fading, units);
  const net = model({ inputs: { ...from, level }, outputs: layer.apply([from.x, from.gap, level]) });
  const repeated = model({ inputs: from, outputs: layer.apply([from.x, from.gap, from.level]) });
  const constant = waves([rows, 2], 5);
  const steps = Array.from(
    { length: rows * time * 2 },
    (_, i) => constant.data[Math.floor(i / (time * 2)) * 2 + (i % 2)]!,
  );
  const level2 = { data: Float64Array.from(steps), shape: [rows, time, 2] };
  expectClose(
    (await net.predict({ x, gap, level: constant })).data,
    (await repeated.predict({ x, gap, level: level2 })).data,
    1e-6,
  );
});

test("both directions get them, and they are saved", async () => {
  const from = inputs();
  const layer = bidirectional(recurrent(fading, units));
  const net = model({ inputs: from, outputs: dense(1).apply(layer.apply([from.x, from.gap, from.level])) });
  const again = fromBytes(await net.toBytes(), { cells: [fading] });
  const data = { x, gap, level: levels };
  expect((await again.predict(data)).data).toEqual((await net.predict(data)).data);
});

test("inputs that do not fit are refused with what they should be", () => {
  const from = inputs();
  const layer = () => recurrent(fading, units);
  expect(() => layer().apply(from.x)).toThrow(
    "Expected input [batch, time, features] and gap [batch, time, 1] and level [batch, time, 2] for fading, got [batch, time, 2 features]: apply it to a list",
  );
  expect(() => layer().apply([from.x, from.level, from.gap])).toThrow("gap [batch, time, 1]");
  expect(() => layer().apply([from.x, from.gap, from.level, from.gap])).toThrow("gap [batch, time, 1]");
  const fromFeatures = recurrent(fading, units, { inputsFromFeatures: true });
  expect(() => fromFeatures.apply(input({ shape: [null, 3] }))).toThrow(
    "input [batch, time, features and 1 of gap and 2 of level] for fading, got [batch, time, 3 features]",
  );
});

describe("noise", () => {
  const noisy = defineCell({
    name: "noisy",
    noise: (_inputSize, units) => ({ noise: units }),
    weights: (inputSize, units) => ({ kernel: { shape: [inputSize, units], initializer: "zeros" } }),
    state: (units) => ({ h: units }),
    step: ({ kernel }, x, _state, _options, { noise }) => ({ h: add(matmul(x, kernel), noise) }),
  });

  test("is drawn anew at each step of each row while training, and is 0 otherwise", async () => {
    const [many, long] = [20, 40];
    const net = sequential([recurrent(noisy, 5, { returnSequences: true, inputShape: [null, 1] })]);
    const zeros = (size: number) => ({ data: new Float32Array(many * long * size), shape: [many, long, size] });
    // With nothing but noise the mean of its square is its variance, and that of its fourth power 3 for a normal one.
    const fourth: LossFunction = (_y, h) => mul(mul(h, h), mul(h, h));
    const first: LossFunction = (_y, h) => h;
    for (const [loss, expected, tolerance] of [
      ["meanSquaredError", 1, 0.08],
      [fourth, 3, 0.6],
      [first, 0, 0.08],
    ] as const) {
      compileForGradient(net, { loss });
      expect((await net.evaluate(zeros(1), zeros(5))).loss).toBe(0);
      expect(Math.abs((await net.trainOnBatch(zeros(1), zeros(5))).loss! - expected)).toBeLessThan(tolerance);
    }
    const [before, after] = [await net.trainOnBatch(zeros(1), zeros(5)), await net.trainOnBatch(zeros(1), zeros(5))];
    expect(after.loss).not.toBe(before.loss);
  });
});
