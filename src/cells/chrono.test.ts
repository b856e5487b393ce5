/** How long units remember at first: the gate that keeps is u / (1 + u) after log u, so its time scale is 1 + u steps. */
import { convLstm, coupledLstm, gru, type Layer, lstm, OptionError, sequential, slstm } from "rondo";
import { expect, test } from "vitest";

const units = 500;
const steps = 400;
const options = {
  inputShape: [null, 1],
  chronoSteps: steps,
  biasInitializer: { name: "constant", value: 0.25 },
  // Of no concern here, and orthogonal ones of this size take long to draw.
  recurrentInitializer: "zeros",
} as const;

function blocksOf(layer: Layer, size: number): number[][] {
  const bias = sequential([layer])
    .getWeights()
    .find(({ name }) => name.endsWith("/bias"));
  const numbers = Array.from(bias?.data ?? []);
  return Array.from({ length: numbers.length / size }, (_, block) => numbers.slice(block * size, (block + 1) * size));
}

const others = Array(units).fill(0.25);

function expectSpread(kept: readonly number[]): void {
  const scales = kept.map((value) => 1 + Math.exp(value)).sort((a, b) => a - b);
  expect(scales[0]).toBeGreaterThanOrEqual(2 - 1e-6);
  expect(scales.at(-1)).toBeLessThanOrEqual(steps + 1e-3);
  for (const share of [0.25, 0.5, 0.75]) {
    expect(Math.abs(scales[share * kept.length]! / steps - share)).toBeLessThan(0.06);
  }
}

test("forget gates keep for between 1 and so many steps, and input gates let in what fits", () => {
  for (const layer of [lstm(units, options), slstm(units, options)]) {
    const [input, forget, ...rest] = blocksOf(layer, units);
    expectSpread(forget!);
    expect(input).toEqual(forget!.map((value) => -value));
    expect(rest).toEqual([others, others]);
  }
  const [forget, ...rest] = blocksOf(coupledLstm(units, options), units);
  expectSpread(forget!);
  expect(rest).toEqual([others, others]);
  const [, filters] = blocksOf(convLstm(units, { ...options, inputShape: [null, 3], kernelSize: 1 }), units);
  expectSpread(filters!);
});

test("an update gate keeps, in the row of the input", () => {
  for (const resetAfter of [true, false]) {
    const [update, ...rest] = blocksOf(gru(units, { ...options, resetAfter }), units);
    expectSpread(update!);
    expect(rest).toEqual(Array(resetAfter ? 5 : 2).fill(others));
  }
});

test("too few steps are refused, and without any, forget gates begin at 1", () => {
  expect(() => lstm(2, { chronoSteps: 2 })).toThrow(OptionError);
  const { chronoSteps: _, ...plain } = options;
  expect(blocksOf(lstm(units, plain), units)).toEqual([others, Array(units).fill(1), others, others]);
});
