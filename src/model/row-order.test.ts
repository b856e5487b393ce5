import { expect, test } from "vitest";
import { dense } from "../layers/dense.ts";
import { embedding } from "../layers/embedding.ts";
import { gru } from "../layers/gru.ts";
import { masking } from "../layers/masking.ts";
import { input } from "../layers/symbolic.ts";
import { Network } from "./network.ts";
import { longestFirst } from "./row-order.ts";
import { sequential } from "./sequential.ts";

/** A model of one padded input. */
function padded(maskValue: number, stateful = false): Network {
  const x = input({ shape: [3, 2] });
  return new Network(x, gru(2, { stateful }).apply(masking({ maskValue }).apply(x)));
}

/** Rows of lengths 1, 3, 0, 2 and 3, each with its number as target. */
const feedOf = (padding: number) => {
  const lengths = [1, 3, 0, 2, 3];
  const x = lengths.flatMap((length, row) => Array.from({ length: 6 }, (_, i) => (i < 2 * length ? row + 1 : padding)));
  const shapes = { x: [[5, 3, 2]], y: [[5, 1]], sampleWeight: [undefined], present: [undefined], lengths: [undefined] };
  return { shapes, rows: 5, numbers: [Float32Array.from(x), Float32Array.of(0, 1, 2, 3, 4)] };
};

test.each([0, -1, Number.NaN])("rows come longest first, targets with them; padding is %d", (padding) => {
  const { numbers, rows } = longestFirst(padded(padding), feedOf(padding));
  expect(rows).toBe(5);
  expect(Array.from(numbers[1]!)).toEqual([1, 4, 3, 0, 2]);
  expect(Array.from(numbers[0]!).filter((_, i) => i % 6 === 0)).toEqual([2, 5, 4, 1, padding]);
  expect(numbers[0]).toBeInstanceOf(Float32Array);
});

test("ids of padding count as padding", () => {
  const x = input({ shape: [2], dtype: "int32" });
  const network = new Network(x, gru(2).apply(embedding(9, 2, { maskZero: true }).apply(x)));
  const shapes = { x: [[3, 2]], y: [[3, 1]], sampleWeight: [undefined], present: [undefined], lengths: [undefined] };
  const { numbers } = longestFirst(network, {
    shapes,
    rows: 3,
    numbers: [
      [0, 0, 5, 0, 7, 8],
      [0, 1, 2],
    ],
  });
  expect(Array.from(numbers[0]!)).toEqual([7, 8, 5, 0, 0, 0]);
  expect(Array.from(numbers[1]!)).toEqual([2, 1, 0]);
});

test("rows stay where they are when nothing is padded, or a state belongs to them", () => {
  const x = input({ shape: [3, 2] });
  const feed = feedOf(0);
  expect(longestFirst(new Network(x, gru(2).apply(x)), feed)).toBe(feed);
  expect(longestFirst(padded(0, true), feed)).toBe(feed);
});

test("training does not depend on the order of rows", async () => {
  const { numbers } = feedOf(0);
  const results = [];
  for (const order of [
    [0, 1, 2, 3, 4],
    [4, 2, 0, 1, 3],
  ]) {
    const model = sequential([masking({ inputShape: [3, 2] }), gru(4), dense(1)]);
    model.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    const x = order.map((row) => [0, 1, 2].map((step) => [0, 1].map((i) => numbers[0]![row * 6 + step * 2 + i]!)));
    const y = order.map((row) => [row]);
    const { loss } = await model.trainOnBatch(x, y);
    results.push([loss, ...model.getWeights().flatMap(({ data }) => Array.from(data))]);
  }
  for (const [i, value] of results[0]!.entries()) expect(results[1]![i]).toBeCloseTo(value!, 6);
});
