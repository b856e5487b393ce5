import fc from "fast-check";
import { expect, test } from "vitest";
import { expectClose, finiteDifferences, wave } from "../../test/support/numbers.ts";
import { plainLoop } from "../../test/support/plain-loop.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { wasmEngine } from "../engine/wasm/wasm.ts";
import { paddings, windowsOver } from "./convolve.ts";
import * as g from "./index.ts";

const reference = new Session(referenceEngine());
const wasm = new Session(await wasmEngine());

const shapes = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  steps: fc.integer({ min: 1, max: 9 }),
  channels: fc.constantFrom(1, 2, 17),
  size: fc.integer({ min: 1, max: 4 }),
  filters: fc.integer({ min: 1, max: 3 }),
  strides: fc.integer({ min: 1, max: 3 }),
  dilationRate: fc.integer({ min: 1, max: 3 }),
  padding: fc.constantFrom(...paddings),
});

test("is the sum that it says it is, forward and backward, on both engines", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ batch, steps, channels, size, filters, ...options }) => {
      const { before, count } = windowsOver(steps, size, options.strides, options.padding, options.dilationRate);
      const [x, kernel] = [g.input("x", [batch, steps, channels]), g.input("kernel", [size, channels, filters])];
      if (count < 1) {
        expect(() => g.convolve(x, kernel, options)).toThrow("steps");
        return;
      }
      const y = g.convolve(x, kernel, options);
      expect(y.shape).toEqual([batch, count, filters]);
      const weights = wave(y.size, 2);
      const loss = g.sum(g.mul(y, g.constant(Array.from(weights), y.shape)));
      const outputs = [y, ...g.gradients(loss, [x, kernel])];
      const given = [wave(x.size), wave(kernel.size, 1)] as const;

      const expected = [y, x, kernel].map(({ size }) => new Float64Array(size));
      for (let b = 0; b < batch; b++)
        for (let i = 0; i < count; i++)
          for (let k = 0; k < size; k++) {
            const step = i * options.strides + k * options.dilationRate - before;
            if (step < 0 || step >= steps) continue;
            for (let c = 0; c < channels; c++)
              for (let f = 0; f < filters; f++) {
                const [atY, atX] = [(b * count + i) * filters + f, (b * steps + step) * channels + c];
                const atKernel = (k * channels + c) * filters + f;
                expected[0]![atY]! += given[0][atX]! * given[1][atKernel]!;
                expected[1]![atX]! += weights[atY]! * given[1][atKernel]!;
                expected[2]![atKernel]! += weights[atY]! * given[0][atX]!;
              }
          }
      for (const [session, tolerance] of [
        [reference, 1e-12],
        [wasm, 1e-4],
      ] as const) {
        const found = await session.prepare({ inputs: [x, kernel], outputs, updates: [] }).run([...given]);
        for (const [i, numbers] of found.entries()) expectClose(numbers, expected[i]!, tolerance);
      }
    }),
    { numRuns: 25, seed: 1 },
  );
});

test("runs inside of a step of time, and has its gradient there", async () => {
  const of = (loop: typeof plainLoop, xs: g.Tensor, w: g.Tensor, u: g.Tensor, h: g.Tensor) => {
    const { carry } = loop(
      ({ h }, { x }) => {
        const next = g.tanh(g.add(g.convolve(x!, w, { padding: "same" }), g.convolve(h!, u, { padding: "same" })));
        return { carry: { h: next }, outputs: {} };
      },
      { h },
      { x: xs },
    );
    return g.sum(g.mul(carry.h!, carry.h!));
  };
  const shapes = [
    [4, 2, 5, 2],
    [3, 2, 3],
    [3, 3, 3],
    [2, 5, 3],
  ];
  const inputs = shapes.map((shape, i) => g.input(`${i}`, shape));
  const lists = inputs.map(({ size }, i) => wave(size, i).map((value) => value / 2));
  const [xs, w, u, h] = inputs as [g.Tensor, g.Tensor, g.Tensor, g.Tensor];
  const loss = of(g.scan as typeof plainLoop, xs, w, u, h);
  const outputs = [loss, of(plainLoop, xs, w, u, h), ...g.gradients(loss, inputs)];
  const [value, plain, ...found] = await reference.prepare({ inputs, outputs, updates: [] }).run(lists);
  expectClose(value!, plain!, 1e-12);
  const alone = reference.prepare({ inputs, outputs: [loss], updates: [] });
  const differences = await finiteDifferences(async (at) => (await alone.run([...at]))[0]![0]!, lists);
  for (const [i, gradient] of found.entries()) expectClose(gradient, differences[i]!, 1e-7);
  const fast = await wasm.prepare({ inputs, outputs, updates: [] }).run(lists);
  for (const [i, numbers] of fast.entries()) expectClose(numbers, [value!, plain!, ...found][i]!, 1e-4);
});

test.each([
  ["another number of channels", [2, 5, 3], [3, 2, 4], {}, "[size, channels, filters]"],
  ["no batch", [5, 3], [3, 3, 4], {}, "[batch, time, channels]"],
  ["a sequence that is too short", [2, 5, 3], [3, 3, 4], { dilationRate: 3 }, "at least 7 steps"],
  ["no strides", [2, 5, 3], [3, 3, 4], { strides: 0 }, "strides"],
  ["an unknown padding", [2, 5, 3], [3, 3, 4], { padding: "full" as never }, "valid, same, causal"],
  ["an unknown option", [2, 5, 3], [3, 3, 4], { stride: 2 } as object, "stride"],
] as const)("says what is wrong: %s", (_what, x, kernel, options, message) => {
  expect(() => g.convolve(g.input("x", x), g.input("kernel", kernel), options)).toThrow(message);
});
