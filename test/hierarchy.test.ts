/** Steps inside segments inside documents: masks of every level, on their way through layers at each step. */
import {
  bidirectional,
  dense,
  embedding,
  fromBytes,
  gru,
  input,
  lstm,
  masking,
  model,
  type NumericArray,
  sequential,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, differencesOf, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

/** Words of sentences of documents: 0 is no word. */
const documents = [
  [
    [1, 2, 3],
    [4, 5, 0],
    [2, 0, 0],
  ],
  [
    [5, 1, 0],
    [3, 3, 4],
    [0, 0, 0],
  ],
];
const idsOf = (all: number[][][]): NumericArray => ({
  data: Int32Array.from(all.flat(2)),
  shape: [all.length, all[0]!.length, all[0]![0]!.length],
});

/** Reads each sentence, then the sentences. */
const reader = () =>
  sequential([embedding(6, 2, { maskZero: true, inputShape: [null, 3] }), timeDistributed(gru(3)), lstm(3), dense(1)]);

describe("a reader of words in sentences in documents", () => {
  test("passes over missing words and missing sentences: it reads what is there alone", async () => {
    const net = reader();
    compileForGradient(net);
    setWaves(net);
    const whole = (await net.predict(idsOf(documents))).data;
    const shorter = (await net.predict(idsOf([documents[1]!.slice(0, 2)]))).data;
    expectClose(whole.slice(1), shorter, 1e-14);
    // The same words behind a gap: masked words count nowhere in a sentence.
    const gap = [
      [
        [1, 2, 3],
        [4, 0, 5],
        [0, 2, 0],
      ],
    ];
    expectClose((await net.predict(idsOf(gap))).data, whole.slice(0, 1), 1e-14);
  });

  test("has the gradients of finite differences", async () => {
    const net = reader();
    compileForGradient(net);
    setWaves(net);
    const [x, y] = [idsOf(documents), waves([2, 1])];
    const [found, expected] = [await gradientsOf(net, x, y), await differencesOf(net, [x, y])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7);
  });

  test("is saved", async () => {
    const net = reader();
    net.compile({ loss: "huber", optimizer: "sgd", engine: "reference" });
    const again = fromBytes(await net.toBytes(), { engine: "reference" });
    expect((await again.predict(idsOf(documents))).data).toEqual((await net.predict(idsOf(documents))).data);
  });
});

test("a loss of each word leaves missing words out", async () => {
  const net = sequential([
    embedding(6, 2, { maskZero: true, inputShape: [3, 3] }),
    timeDistributed(bidirectional(lstm(2, { returnSequences: true }))),
    timeDistributed(timeDistributed(dense(1))),
  ]);
  compileForGradient(net);
  setWaves(net);
  const ids = idsOf(documents);
  const y = waves([2, 3, 3, 1]);
  const { loss } = await net.evaluate(ids, y);
  const counted = await Promise.all(
    Array.from(ids.data, async (_, word) => {
      const data = y.data.map((value, i) => (i === word ? Number.NaN : value));
      return (await net.evaluate(ids, { data, shape: y.shape })).loss === loss ? 0 : 1;
    }),
  );
  expect(counted).toEqual(Array.from(ids.data, (id) => (id === 0 ? 0 : 1)));
});

test("masking inside each segment, of steps that are NaN", async () => {
  const make = (steps: number) => {
    const net = sequential([
      timeDistributed(masking({ maskValue: Number.NaN }), { inputShape: [2, steps, 2] }),
      timeDistributed(lstm(3)),
      timeDistributed(dense(2)),
    ]);
    compileForGradient(net);
    setWaves(net);
    return net;
  };
  const x = waves([2, 2, 3, 2]);
  // The last step of each segment is missing, and one segment altogether.
  const gone = x.data.map((value, i) => (Math.floor(i / 2) % 3 === 2 || i >= 18 ? Number.NaN : value));
  const short = x.data.filter((_, i) => Math.floor(i / 2) % 3 !== 2).map((value, i) => (i >= 12 ? Number.NaN : value));
  const y = waves([2, 2, 2], 1);
  const [long, brief] = [make(3), make(2)];
  const [found, expected] = [
    await gradientsOf(long, { data: gone as Float64Array, shape: x.shape }, y),
    await gradientsOf(brief, { data: short as Float64Array, shape: [2, 2, 2, 2] }, y),
  ];
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-14);
  expect(found.every((gradient) => gradient.every(Number.isFinite))).toBe(true);
  // The segment without steps is in no mean.
  const other = y.data.map((value, i) => (i >= 6 ? 99 : value)) as Float64Array;
  const data = { data: gone as Float64Array, shape: x.shape };
  expect(await long.evaluate(data, { data: other, shape: y.shape })).toEqual(await long.evaluate(data, y));
});

test("an embedding at each step gets ids, and refuses those that it does not have", async () => {
  const inner = timeDistributed(embedding(6, 2, { maskZero: true }), { inputShape: [null, 3] });
  const net = sequential([inner, timeDistributed(gru(3)), lstm(2)]);
  const outside = embedding(6, 2, { maskZero: true, inputShape: [null, 3] });
  const same = sequential([outside, timeDistributed(gru(3)), lstm(2)]);
  same.setWeights(net.getWeights());
  const ids = [
    [
      [1, 2, 0],
      [5, 0, 0],
    ],
    [
      [3, 0, 0],
      [0, 0, 0],
    ],
  ];
  expect((await net.predict(ids)).data).toEqual((await same.predict(ids)).data);
  await expect(net.predict([[[1, 2, 6]]])).rejects.toThrow("ids from 0 to 5");
  await expect(net.predict([[[1, 2, 0.5]]])).rejects.toThrow("whole numbers");
});

test("an explicit mask of ids hides them", async () => {
  const [ids, counts] = [
    input({ shape: [null], dtype: "int32", name: "ids" }),
    input({ shape: [null], name: "counts" }),
  ];
  for (const maskZero of [false, true]) {
    const words = embedding(6, 2, { maskZero });
    const net = model({ inputs: { ids, counts }, outputs: gru(3).apply(words.apply(ids, { mask: counts })) });
    const [hidden, without] = [
      await net.predict({ ids: [[4, 2, 0, 5]], counts: [[1, 0, 1, 1]] }),
      await net.predict({ ids: maskZero ? [[4, 5]] : [[4, 0, 5]], counts: maskZero ? [[1, 1]] : [[1, 1, 1]] }),
    ];
    expect(hidden.data).toEqual(without.data);
  }
});

test("an explicit mask of steps inside steps", async () => {
  const [steps, counts] = [input({ shape: [2, 3, 2], name: "steps" }), input({ shape: [2, 3], name: "counts" })];
  const net = model({
    inputs: { steps, counts },
    outputs: lstm(2).apply(timeDistributed(gru(2)).apply(steps, { mask: counts })),
  });
  const x = waves([1, 2, 3, 2]);
  const counted = { data: Float32Array.of(1, 1, 0, 0, 0, 0), shape: [1, 2, 3] };
  const hidden = x.data.map((value, i) => (i < 4 ? value : Number.NaN)) as Float64Array;
  const [given, kept] = [
    await net.predict({ steps: { data: hidden, shape: x.shape }, counts: counted }),
    await net.predict({ steps: x, counts: counted }),
  ];
  expect(given.data).toEqual(kept.data);
  expect(given.data.every(Number.isFinite)).toBe(true);
  expect(() => lstm(2).apply(input({ shape: [3, 2] }), { mask: input({ shape: [3, 2] }) })).toThrow(/\[batch, time\]/);
});
