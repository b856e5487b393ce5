/** What the weights of some cells begin with, and what cells are for. */
import { cells, echoState, gruD, input, leakyRnn, lru, model, recurrent, sequential } from "rondo";
import { expect, test } from "vitest";

const weightsOf = (net: ReturnType<typeof sequential>) =>
  Object.fromEntries(net.getWeights().map(({ name, data }) => [name.split("/")[1]!, Array.from(data)]));

/** The growth of a vector under many products with a matrix, per product. */
function growth(matrix: readonly number[], size: number, steps = 400): number {
  let vector = Array.from({ length: size }, (_, i) => Math.cos(i));
  let total = 0;
  for (let step = 0; step < 2 * steps; step++) {
    const next = vector.map((_, to) => vector.reduce((sum, x, from) => sum + x * matrix[from * size + to]!, 0));
    const norm = Math.hypot(...next);
    if (step >= steps) total += Math.log(norm);
    vector = next.map((x) => x / norm);
  }
  return Math.exp(total / steps);
}

test("an echo-state reservoir has the spectral radius and the connections that were asked for, and is never trained", async () => {
  const size = 40;
  const net = sequential([echoState(size, { spectralRadius: 0.8, connectivity: 0.2, inputShape: [5, 2] })]);
  const { recurrentKernel } = weightsOf(net);
  expect(growth(recurrentKernel!, size)).toBeCloseTo(0.8, 1);
  const connected = recurrentKernel!.filter((weight) => weight !== 0).length / size ** 2;
  expect(Math.abs(connected - 0.2)).toBeLessThan(0.05);
});

test("the eigenvalues of a linear recurrent unit lie in the ring that was asked for", () => {
  const net = sequential([lru(200, { minRadius: 0.5, maxRadius: 0.9, maxPhase: 1, inputShape: [5, 2] })]);
  const { nu, theta } = weightsOf(net);
  const radii = nu!.map((value) => Math.exp(-Math.exp(value)));
  expect(Math.min(...radii)).toBeGreaterThanOrEqual(0.5);
  expect(Math.max(...radii)).toBeLessThanOrEqual(0.9);
  // Even on the ring means even in the square of the radius.
  const squares = radii.reduce((sum, radius) => sum + radius ** 2, 0) / radii.length;
  expect(Math.abs(squares - (0.5 ** 2 + 0.9 ** 2) / 2)).toBeLessThan(0.05);
  expect(Math.max(...theta!.map(Math.exp))).toBeLessThanOrEqual(1);
});

test("by Dale's law a leaky network begins in balance, with a spectral radius of 1", () => {
  const size = 50;
  const net = sequential([leakyRnn(size, { excitatory: 0.8, inputShape: [5, 2] })]);
  const { recurrentKernel } = weightsOf(net);
  const sign = (i: number) => (Math.floor(i / size) < 40 ? 1 : -1);
  const effects = recurrentKernel!.map((weight, i) => Math.abs(weight) * sign(i));
  expect(growth(effects, size)).toBeCloseTo(1, 1);
  const sums = [1, -1].map((wanted) => effects.reduce((sum, w) => sum + (Math.sign(w) === wanted ? w : 0), 0));
  expect(Math.abs(sums[0]! + sums[1]!) / sums[0]!).toBeLessThan(0.1);
});

test("GRU-D forgets what it saw as time goes by", async () => {
  const [x, gap] = [input({ shape: [null, 1] }), input({ shape: [null, 1] })];
  const net = model({ inputs: { x, gap }, outputs: gruD(4).apply([x, gap]) });
  const after = async (wait: number, seen: number) => {
    const { data } = await net.predict({
      x: { data: Float32Array.of(seen, Number.NaN), shape: [1, 2, 1] },
      gap: { data: Float32Array.of(0, wait), shape: [1, 2, 1] },
    });
    return Array.from(data);
  };
  const difference = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
  const [soon, late] = [
    difference(await after(0, 2), await after(0, -2)),
    difference(await after(1e5, 2), await after(1e5, -2)),
  ];
  expect(soon).toBeGreaterThan(0.01);
  expect(late).toBeLessThan(soon / 100);
});

test("the forget gate's bias begins at 1, wherever it is, unless it is asked not to", () => {
  const forgetful = cells.filter(({ options }) => "unitForgetBias" in options);
  expect(forgetful.length).toBeGreaterThan(5);
  for (const cell of forgetful) {
    for (const unitForgetBias of [true, false]) {
      const sizes = Object.values(cell.inputs(2, 3, {})).length;
      const layer = recurrent(cell, 3, { unitForgetBias, inputsFromFeatures: sizes > 0, inputShape: [4, 2 + sizes] });
      const { bias } = weightsOf(sequential([layer]));
      const begins = cell.gates.flatMap((gate) => Array(3).fill(gate === "forget" && unitForgetBias ? 1 : 0));
      expect(bias, cell.name).toEqual(begins);
    }
  }
});

test("times, periods and sizes that must be above 0 are asked for", () => {
  for (const [name, wrong, option] of [
    ["legendreMemoryUnit", { theta: 0 }, "theta"],
    ["leakyRnn", { tau: 0 }, "tau"],
    ["phasedLstm", { openRatio: 0 }, "openRatio"],
    ["lru", { maxPhase: 0 }, "maxPhase"],
    ["echoState", { connectivity: 0 }, "connectivity"],
  ] as const) {
    const cell = cells.find((one) => one.name === name)!;
    expect(() => recurrent(cell, 3, wrong)).toThrow(`\`${option} of ${name}\` to be a number above 0, got 0`);
  }
});
