import {
  bidirectional,
  concatenate,
  dense,
  embedding,
  gru,
  input,
  type Layer,
  lstm,
  masking,
  model,
  sequential,
  simpleRnn,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "./support/engines.ts";

/** Numbers from −1 to 1, the same every time. */
const numbers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 7919) % 2003) / 1001.5 - 1);

describe.each(engines)("A stream on %s", (engine) => {
  test.each([1, 3])("gives step by step what predict gives at once, %i rows", async (rows) => {
    const [steps, features] = [7, 5];
    const net = sequential([
      lstm(6, { returnSequences: true, inputShape: [null, features] }),
      gru(4, { returnSequences: true }),
      dense(2, { activation: "tanh" }),
    ]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    const x = numbers(rows * steps * features);
    const whole = await net.predict({ data: x, shape: [rows, steps, features] });
    const stream = await net.stream({ rows });
    for (const round of ["first", "again"]) {
      for (let step = 0; step < steps; step++) {
        const now = Float32Array.from({ length: rows * features }, (_, i) => {
          const [row, feature] = [Math.floor(i / features), i % features];
          return x[(row * steps + step) * features + feature]!;
        });
        const got = stream.step(now);
        const expected = Array.from({ length: rows * 2 }, (_, i) => {
          const [row, unit] = [Math.floor(i / 2), i % 2];
          return whole.data[(row * steps + step) * 2 + unit]!;
        });
        for (const [i, value] of expected.entries()) expect(got[i], `${round} ${step}`).toBeCloseTo(value, 5);
      }
      stream.reset();
    }
  });

  test("refuses ids that an embedding does not have", async () => {
    const net = sequential([embedding(4, 2, { inputShape: [null] }), gru(2)]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    const stream = await net.stream({ rows: 2 });
    expect(() => stream.step([3, 4])).toThrow(
      "Expected ids from 0 to 3 for embedding, got 4: make `vocabulary` one larger than the largest id.",
    );
    expect(() => stream.step([3, -1])).toThrow("Expected ids from 0 to 3 for embedding, got -1.");
    expect(stream.step([3, 0])).toHaveLength(4);
  });

  test("takes ids, several inputs by name and gives several outputs", async () => {
    const [words, series] = [input({ shape: [null], dtype: "int32" }), input({ shape: [null, 3] })];
    const both = concatenate().apply([embedding(9, 4).apply(words), series]);
    const hidden = simpleRnn(5).apply(both);
    const net = model({
      inputs: { words, series },
      outputs: { up: dense(1).apply(hidden), kind: dense(3, { activation: "softmax" }).apply(hidden) },
    });
    net.compile({ loss: { up: "meanSquaredError", kind: "categoricalCrossentropy" }, optimizer: "sgd", engine });
    const stream = await net.stream();
    const ids = Int32Array.of(3, 8, 1);
    const values = numbers(9);
    let last = {} as Record<"up" | "kind", ArrayLike<number>>;
    for (let step = 0; step < 3; step++) {
      last = stream.step([ids[step]!], values.subarray(3 * step, 3 * step + 3));
    }
    const whole = await net.predict({
      words: { data: ids, shape: [1, 3] },
      series: { data: values, shape: [1, 3, 3] },
    });
    for (const name of ["up", "kind"] as const) {
      for (const [i, value] of Array.from(whole[name].data).entries()) expect(last[name][i]).toBeCloseTo(value, 5);
    }
  });

  test("repeats at masked steps what came before, as predict does", async () => {
    const net = sequential([
      masking({ maskValue: Number.NaN, inputShape: [null, 2] }),
      lstm(3, { returnSequences: true }),
      gru(3, { returnSequences: true }),
      dense(2),
    ]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    const x = numbers(12);
    for (const step of [0, 2, 3]) x.fill(Number.NaN, 2 * step, 2 * step + 2);
    const whole = await net.predict({ data: x, shape: [1, 6, 2] });
    const stream = await net.stream();
    for (let step = 0; step < 6; step++) {
      const got = stream.step(x.subarray(2 * step, 2 * step + 2));
      for (const i of [0, 1]) expect(got[i], `${step}`).toBeCloseTo(whole.data[2 * step + i]!, 5);
    }
  });

  test("sees the weights of its model as training changes them", async () => {
    const net = sequential([lstm(4, { inputShape: [null, 2] })]);
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine });
    const stream = await net.stream();
    const before = stream.step([1, -1]);
    await net.trainOnBatch({ data: numbers(6), shape: [1, 3, 2] }, { data: numbers(4), shape: [1, 4] });
    stream.reset();
    expect(stream.step([1, -1])).not.toEqual(before);
  });
});

test("sequences inside a step are whole, and begin anew with each step", async () => {
  const net = sequential([
    timeDistributed(bidirectional(gru(3)), { inputShape: [null, 4, 2] }),
    lstm(2, { returnSequences: true }),
  ]);
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  const x = numbers(3 * 4 * 2);
  const whole = await net.predict({ data: x, shape: [1, 3, 4, 2] });
  const stream = await net.stream();
  for (let step = 0; step < 3; step++) {
    const now = stream.step(x.subarray(step * 8, (step + 1) * 8));
    for (const [i, value] of Array.from(now).entries()) expect(value).toBeCloseTo(whole.data[step * 2 + i]!, 12);
  }
});

test("what needs the whole sequence is refused", async () => {
  const streamOf = (layer: Layer) => sequential([layer]).stream();
  await expect(streamOf(lstm(2, { goBackwards: true, inputShape: [null, 2] }))).rejects.toThrow("goes backwards");
  await expect(streamOf(bidirectional(gru(2), { inputShape: [null, 2] }))).rejects.toThrow("goes backwards");
  const stream = await streamOf(lstm(2, { inputShape: [null, 2] }));
  expect(() => stream.step([1, 2, 3])).toThrow("2 numbers for a step, got 3");
  expect(() => stream.step()).toThrow("got none");
  expect(() => stream.step([1, 2], [1])).toThrow("one list for each input");
});
