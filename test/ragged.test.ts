/** Sequences of unequal lengths: a batch of them is what its rows are, one by one. */
import {
  attention,
  bidirectional,
  concatenate,
  conv1d,
  decoder,
  dense,
  embedding,
  gru,
  input,
  lstm,
  type Model,
  model,
  type NumericArray,
  Ragged,
  ragged,
  sequential,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const lengths = [2, 7, 0, 3, 7, 1];
const rows = lengths.map((length, row) => waves([length, 2], row));
const x = ragged(rows);

/** A row as a batch of its own. */
const alone = ({ data, shape }: NumericArray): NumericArray => ({ data, shape: [1, ...shape] });

const sequences = () =>
  sequential([
    bidirectional(lstm(3, { returnSequences: true }), { inputShape: [null, 2] }),
    gru(3, { returnSequences: true }),
    dense(2),
  ]);
const classes = () => sequential([lstm(4, { inputShape: [null, 2] }), dense(3, { activation: "softmax" })]);

function ready(net: Model, loss = "meanSquaredError" as const): Model {
  compileForGradient(net, { loss });
  setWaves(net);
  return net;
}

describe("predictions", () => {
  test.each([1, 2, 4, 32])(
    "of sequences are those of each row, in their order, in batches of %i",
    async (batchSize) => {
      const net = ready(sequences());
      const found = await net.predict(x, { batchSize });
      expect(found).toBeInstanceOf(Ragged);
      const made = found as Ragged;
      expect(Array.from(made.lengths)).toEqual(lengths);
      for (const [i, row] of rows.entries()) {
        expect(made.row(i).shape).toEqual([lengths[i], 2]);
        if (lengths[i] === 0) continue;
        expectClose(made.row(i).data, (await net.predict(alone(row))).data, 1e-14);
      }
    },
  );

  test("of one vector a row are one array", async () => {
    const net = ready(classes());
    const made = await net.predict(x, { batchSize: 4 });
    expect(made).not.toBeInstanceOf(Ragged);
    expect(made.shape).toEqual([lengths.length, 3]);
    for (const [i, row] of rows.entries()) {
      if (lengths[i] === 0) continue;
      expectClose(made.data.slice(3 * i, 3 * i + 3), (await net.predict(alone(row))).data, 1e-14);
    }
  });

  test("of ids, beside an input that is one vector a row, by name", async () => {
    const ids = [[3, 1, 0], [2], [0, 0, 1, 4, 4]];
    const [words, extra] = [
      input({ shape: [null], dtype: "int32", name: "words" }),
      input({ shape: [2], name: "extra" }),
    ];
    const steps = gru(3, { returnSequences: true }).apply(embedding(5, 3).apply(words));
    const outputs = {
      tags: dense(4).apply(steps),
      whole: dense(1).apply(concatenate().apply([gru(2).apply(steps), extra])),
    };
    const net = model({ inputs: [words, extra], outputs });
    compileForGradient(net);
    setWaves(net);
    const more = waves([3, 2], 9);
    const { tags, whole } = await net.predict({ words: ragged(ids), extra: more }, { batchSize: 2 });
    for (const [i, row] of ids.entries()) {
      const one = await net.predict({
        words: [row],
        extra: { data: more.data.slice(2 * i, 2 * i + 2), shape: [1, 2] },
      });
      expectClose((tags as Ragged).row(i).data, one.tags.data, 1e-14);
      expectClose(whole.data.slice(i, i + 1), one.whole.data, 1e-14);
    }
  });
});

describe("of two ragged inputs", () => {
  // Both are padded to 6 steps, and so is the output, whose steps are those of the target.
  const [source, target] = [
    ragged([[1, 2, 3, 4, 5], [1, 2], [3]]),
    ragged([
      [1, 2],
      [1, 2, 3, 4, 5, 6],
      [4, 0, 0],
    ]),
  ];
  const translator = (maskZero: boolean) => {
    const [from, to] = [
      input({ shape: [null], dtype: "int32", name: "from" }),
      input({ shape: [null], dtype: "int32", name: "to" }),
    ];
    const [, h] = gru(3, { returnState: true }).apply(embedding(6, 2).apply(from));
    const words = decoder(gru(3), 7, { maskZero }).apply(to, { initialState: [h!] });
    return model({ inputs: { from, to }, outputs: { words } });
  };

  test.each([false, true])(
    "an output has the steps of the one that it comes from, with maskZero %s",
    async (maskZero) => {
      const { words } = await translator(maskZero).predict({ from: source, to: target });
      expect(Array.from((words as Ragged).lengths)).toEqual(Array.from(target.lengths));
    },
  );

  test("targets must be as long as that one", async () => {
    const net = translator(false);
    net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "adam", engine: "reference" });
    const x = { from: source, to: target };
    const { loss } = await net.evaluate(x, { words: target });
    let sum = 0;
    for (let row = 0; row < 3; row++) {
      const { data } = (await net.predict({ from: alone(source.row(row)), to: alone(target.row(row)) })).words;
      for (const [t, id] of target.row(row).data.entries()) sum -= Math.log(data[7 * t + id]!);
    }
    expect(loss).toBeCloseTo(sum / 11, 12);
    await expect(net.evaluate(x, { words: source })).rejects.toThrow(
      'Expected targets of output "words" to have 2 steps in row 0 of a batch, got 5: give one for each step of the input.',
    );
    await expect(
      net.evaluate(x, { words: target }, { sampleWeight: ragged([[1, 1], [1], [1, 1, 1]]) }),
    ).rejects.toThrow(
      'Expected sampleWeight of output "words" to have 6 steps in row 1 of a batch, got 1: give one for each step of the input.',
    );
  });
});

test("an output does not end with the rows that it looks at, but with its own", async () => {
  const [queries, values] = [
    input({ shape: [6], dtype: "int32", name: "queries" }),
    input({ shape: [null, 2], name: "values" }),
  ];
  const asked = embedding(5, 2, { maskZero: true }).apply(queries);
  const seen = attention().apply([asked, values]);
  const beside = concatenate().apply([dense(2).apply(values), values]);
  const net = model({ inputs: { queries, values }, outputs: { seen, beside } });
  const ids = [
    [1, 2, 3, 4, 0, 0],
    [1, 2, 3, 4, 4, 1],
  ];
  // Values are padded to 6 steps, as many as there are queries.
  const made = await net.predict({ queries: ids, values: ragged([waves([5, 2]), waves([3, 2], 1)]) });
  expect(Array.from((made.seen as Ragged).lengths)).toEqual([4, 6]);
  expect(Array.from((made.beside as Ragged).lengths)).toEqual([5, 3]);
});

test.each([3, 5, 9])("targets have the steps that a convolution leaves of %i", async (longest) => {
  const [inputs, outputs] = [ragged([waves([longest, 2]), waves([3, 2])]), ragged([waves([longest - 2, 1]), [[0.5]]])];
  const net = sequential([conv1d(4, 3, { inputShape: [null, 2] }), dense(1)]);
  compileForGradient(net);
  const made = (await net.predict(inputs)) as Ragged;
  expect(Array.from(made.lengths)).toEqual([longest - 2, 1]);
  const sum = Array.from(made.data).reduce((total, value, i) => total + (value - outputs.data[i]!) ** 2, 0);
  expect((await net.evaluate(inputs, outputs)).loss).toBeCloseTo(sum / (longest - 1), 12);
});

describe("training", () => {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const y = ragged(rows.map(({ shape }, row) => waves(shape, 10 + row)));
  const filled = lengths.flatMap((length, row) => (length > 0 ? [row] : []));

  /** Loss and gradients of rows by themselves, joined with these shares. */
  async function joinedOf(net: Model, target: (row: number) => NumericArray, share: (row: number) => number) {
    let loss = 0;
    const sums = net.getWeights().map(({ data }) => new Float64Array(data.length));
    for (const row of filled) {
      loss += share(row) * (await net.evaluate(alone(rows[row]!), target(row))).loss;
      const made = await gradientsOf(net, alone(rows[row]!), target(row));
      for (const [i, list] of made.entries()) for (const [k, g] of list.entries()) sums[i]![k]! += share(row) * g;
    }
    return { loss, gradients: sums };
  }

  test("on sequences has the mean loss of all steps, and its gradients", async () => {
    const net = ready(sequences());
    const expected = await joinedOf(
      net,
      (row) => alone(y.row(row)),
      (row) => lengths[row]! / total,
    );
    expect((await net.evaluate(x, y)).loss).toBeCloseTo(expected.loss, 12);
    for (const [i, list] of (await gradientsOf(net, x, y)).entries()) expectClose(list, expected.gradients[i]!, 1e-12);
  });

  test("on one target a row has the mean loss of rows", async () => {
    const net = ready(classes());
    const target = waves([lengths.length, 3], 5);
    const some = ragged(filled.map((row) => rows[row]!));
    const of = (row: number) => ({ data: target.data.slice(3 * row, 3 * row + 3), shape: [1, 3] });
    const targets = { data: filled.flatMap((row) => [...of(row).data]), shape: [filled.length, 3] };
    const given = { ...targets, data: Float64Array.from(targets.data) };
    const expected = await joinedOf(net, of, () => 1 / filled.length);
    expect((await net.evaluate(some, given)).loss).toBeCloseTo(expected.loss, 12);
    const made = await gradientsOf(net, some, given);
    for (const [i, list] of made.entries()) expectClose(list, expected.gradients[i]!, 1e-12);
  });

  test("weighs steps by weights that are as long", async () => {
    const net = ready(sequences());
    const only = (step: number) =>
      ragged(lengths.map((length) => Array.from({ length }, (_, t) => (t === step ? 1 : 0))));
    const parts = [];
    for (let step = 0; step < 7; step++) parts.push((await net.evaluate(x, y, { sampleWeight: only(step) })).loss);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo((await net.evaluate(x, y)).loss, 12);
  });

  test("leaves missing targets out beside padding", async () => {
    const net = sequences();
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference", missingTargets: "mask" });
    const holed = ragged(
      lengths.map((_, row) => ({ ...y.row(row), data: y.row(row).data.map((v, i) => (i < 2 ? Number.NaN : v)) })),
    );
    const cut = ragged(
      lengths.map((length, row) => (length < 2 ? [] : { data: y.row(row).data.slice(2), shape: [length - 1, 2] })),
    );
    const { loss } = await net.evaluate(x, holed);
    let sum = 0;
    for (const row of filled) {
      const made = (await net.predict(alone(rows[row]!))).data.slice(2);
      for (const [k, value] of made.entries()) sum += (value - cut.row(row).data[k]!) ** 2 / 2;
    }
    expect(loss).toBeCloseTo(sum / (total - filled.length), 12);
  });

  test("in buckets sees each row once, and is the same for one batch", async () => {
    const [bucketed, plain] = [ready(sequences()), ready(sequences())];
    const one = { batchSize: 6, epochs: 2, seed: 3 };
    const a = await bucketed.fit(x, y, { ...one, bucketByLength: true });
    const b = await plain.fit(x, y, one);
    for (const [i, loss] of a.metrics.loss!.entries()) expect(loss).toBeCloseTo(b.metrics.loss![i]!, 12);
  });
});

describe("what does not fit is said", () => {
  const net = ready(sequences());
  test.each([
    [() => ragged([]), "Expected ragged() to get a list of at least one sequence, got none."],
    [
      () => ragged([[[1, 2]], [[1, 2, 3]]]),
      "Expected sequence 1 of ragged() to be [time, 2] like the others, got [1, 3].",
    ],
    [() => x.row(6), "Expected a row from 0 to 5, got 6."],
  ])("%#", (action, message) => expect(action).toThrow(message));

  test.each([
    [() => net.predict(ragged([[1, 2]])), /Expected input \[batch, time, 2 features\], got \[1, 2\]/],
    [() => net.predict(ragged([[[1]]])), /got \[1, 1, 1\]: the model was built for 2 features/],
    [
      () => sequential([dense(1, { inputShape: [2] })]).predict(x),
      'Expected input "input" [batch, 2 features], which has no time axis, got sequences of unequal lengths.',
    ],
    [() => net.evaluate(x, ragged(rows.slice(1))), /Expected y to have 6 rows like x, got 5/],
    [
      () => ready(classes()).evaluate(x, ragged(rows)),
      /Expected one target or weight for each row of output "dense", which has no time axis, got sequences/,
    ],
    [
      () => sequential([lstm(2, { inputShape: [4, 2] })]).predict(x),
      /Expected sequences of at most 4 steps for input "input", got one of 7: build the model for any number of steps/,
    ],
  ] as const)("%#", async (action, message) => await expect(action()).rejects.toThrow(message));
});
