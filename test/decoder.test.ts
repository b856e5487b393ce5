/** The decoder of an encoder-decoder: teacher forcing, scheduled sampling, streams. */
import {
  type DecoderOptions,
  decoder,
  dense,
  type EngineName,
  embedding,
  gru,
  input,
  lstm,
  type Model,
  model,
  projectedLstm,
  recurrent,
  simpleRnn,
  stacked,
  take,
} from "rondo";
import { generate } from "rondo/decode";
import { describe, expect, test } from "vitest";
import { leaky } from "./support/cells.ts";
import { engines } from "./support/engines.ts";
import { compileForGradient, gradientsOf, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [batch, time, vocabulary] = [3, 5, 6] as const;
const ids = (seed: number, steps = time) => ({
  data: Int32Array.from({ length: batch * steps }, (_, i) => (i * i + seed * i + seed) % vocabulary),
  shape: [batch, steps],
});

/** A decoder that goes on from two inputs as its state. */
function decoderModel(options: DecoderOptions = {}, engine: EngineName = "reference") {
  const target = input({ shape: [null], dtype: "int32", name: "target" });
  const [h, c] = [input({ shape: [4], name: "h" }), input({ shape: [4], name: "c" })];
  const layer = decoder(lstm(4), vocabulary, { width: 3, ...options });
  const net = model({ inputs: { target, h, c }, outputs: layer.apply(target, { initialState: [h, c] }) });
  net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd", engine });
  setWaves(net, 2);
  return net;
}

const state = { h: waves([batch, 4], 5), c: waves([batch, 4], 6) };

test("with teacher forcing it is embedding, recurrent layer and dense one after the other", async () => {
  const net = decoderModel();
  const target = input({ shape: [null], dtype: "int32", name: "target" });
  const [h, c] = [input({ shape: [4], name: "h" }), input({ shape: [4], name: "c" })];
  const hidden = lstm(4, { returnSequences: true }).apply(embedding(vocabulary, 3).apply(target), {
    initialState: [h, c],
  });
  const apart = model({
    inputs: { target, h, c },
    outputs: dense(vocabulary, { activation: "softmax" }).apply(hidden),
  });
  const [embeddings, kernel, bias, ...recurrent] = net.getWeights();
  apart.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd", engine: "reference" });
  apart.setWeights([embeddings!, ...recurrent, kernel!, bias!]);
  const x = { target: ids(1), ...state };
  expectClose((await net.predict(x)).data, (await apart.predict(x)).data, 1e-12);
});

/** Inputs [batch, time] of which all but the first are what the model chooses itself. */
async function ownChoices(net: Model, given: Int32Array): Promise<Int32Array> {
  const read = given.slice();
  for (let step = 1; step < time; step++) {
    const { data } = await net.predict({ target: { data: read, shape: [batch, time] }, ...state });
    for (let row = 0; row < batch; row++) {
      const at = (row * time + step - 1) * vocabulary;
      const logits = Array.from(data.slice(at, at + vocabulary));
      read[row * time + step] = logits.indexOf(Math.max(...logits));
    }
  }
  return read;
}

test("with a sampling rate of 1 it trains on its own choices: the same loss, the same gradients", async () => {
  const [forced, free] = [decoderModel(), decoderModel({ samplingRate: 1 })];
  for (const net of [forced, free]) compileForGradient(net, { loss: "sparseCategoricalCrossentropy" });
  const [x, y] = [ids(1), ids(2)];
  const own = await ownChoices(forced, x.data);
  expect(own).not.toEqual(x.data);
  const given = { target: { data: own, shape: x.shape }, ...state };
  expectClose(
    [(await free.evaluate({ target: x, ...state }, y)).loss!],
    [(await forced.evaluate({ target: x, ...state }, y)).loss!],
    1e-14,
  );
  const expected = await gradientsOf(forced, given, y);
  for (const [i, gradient] of (await gradientsOf(free, { target: x, ...state }, y)).entries()) {
    expectClose(gradient, expected[i]!, 1e-12);
  }
});

test.each(engines)("%s trains on its own choices as the reference does", async (engine) => {
  const losses = async (on: EngineName) => {
    const net = decoderModel({ samplingRate: 0.5, samplingFrom: "distribution" }, on);
    const found: number[] = [];
    for (let i = 0; i < 3; i++) found.push((await net.trainOnBatch({ target: ids(1), ...state }, ids(2))).loss!);
    return found;
  };
  expectClose(await losses(engine), await losses("reference"), 1e-5);
});

/** A decoder whose output says what it has read: of ids 0, 1, 2 the vectors are 0, 5 and −5. */
function telltale(options: DecoderOptions, bias: readonly number[]) {
  const [rows, steps] = [40, 51];
  const target = input({ shape: [steps], dtype: "int32" });
  const layer = decoder(simpleRnn(1), 3, { activation: "linear", trainable: false, ...options });
  const net = model({ inputs: target, outputs: layer.apply(target) });
  // The output of the first id is the mean of what was read, as tanh: 0, 1 and −1.
  compileForGradient(net, { loss: (_target, prediction) => take(prediction, -1, 0) });
  net.setWeights([
    { shape: [3, 1], data: Float64Array.of(0, 5, -5) },
    { shape: [1, 3], data: Float64Array.of(1e-3, 0, 0) },
    { shape: [3], data: Float64Array.from(bias) },
    { shape: [1, 1], data: Float64Array.of(1) },
    { shape: [1, 1], data: Float64Array.of(0) },
    { shape: [1], data: Float64Array.of(0) },
  ]);
  const x = { data: new Int32Array(rows * steps).fill(2), shape: [rows, steps] };
  /** Mean of what was read at each step but the first, at the next update. */
  return async () => {
    const { loss } = await net.trainOnBatch(x, { data: new Float32Array(rows * steps * 3), shape: [rows, steps, 3] });
    const total = ((loss! - bias[0]!) / 1e-3) * steps;
    return (total - Math.tanh(-5)) / (steps - 1) / Math.tanh(5);
  };
}

describe("The share of own choices", () => {
  // Own choices are 1 and targets −1.
  const shareAt = async (update: ReturnType<typeof telltale>) => ((await update()) + 1) / 2;
  const deviation = 5 * Math.sqrt(0.25 / 2000);

  test("is the rate from the start where it need not grow", async () => {
    expect(Math.abs((await shareAt(telltale({ samplingRate: 0.25 }, [0, 9, 0]))) - 0.25)).toBeLessThan(deviation);
    expect(await shareAt(telltale({ samplingRate: 0 }, [0, 9, 0]))).toBeCloseTo(0, 6);
    expect(await shareAt(telltale({ samplingRate: 1 }, [0, 9, 0]))).toBeCloseTo(1, 6);
  });

  test.each(["linear", "exponential", "inverseSigmoid"] as const)(
    "grows to half in so many updates: %s",
    async (decay) => {
      const update = telltale({ samplingRate: 0.8, samplingSteps: 4, samplingDecay: decay }, [0, 9, 0]);
      const shares: number[] = [];
      for (let i = 0; i < 9; i++) shares.push(await shareAt(update));
      const k = 3.181; // k log k ≈ 3.68 would be 4 at 3.38; checked below through the half itself.
      expect(k).toBeGreaterThan(1);
      const rest = {
        linear: (i: number) => Math.max(1 - i / 8, 0),
        exponential: (i: number) => 2 ** (-i / 4),
        inverseSigmoid: (i: number) => k / (k + Math.exp(i / k)),
      }[decay];
      for (const [i, found] of shares.entries()) expect(Math.abs(found - 0.8 * (1 - rest(i)))).toBeLessThan(deviation);
      expect(Math.abs(shares[4]! - 0.4)).toBeLessThan(deviation);
    },
  );

  test("chooses from the distribution when told to", async () => {
    const probabilities = [0.5, 0.2, 0.3];
    const read = await telltale({ samplingRate: 1, samplingFrom: "distribution" }, probabilities.map(Math.log))();
    expect(Math.abs(read - (0.2 - 0.3))).toBeLessThan(5 * Math.sqrt(0.5 / 2000) + 1e-3);
  });
});

test("padding after the end changes nothing before it, own choices included", async () => {
  const short = decoderModel({ maskZero: true, samplingRate: 1 });
  const x = { data: Int32Array.from([1, 2, 3, 4, 5, 1, 2, 2, 2]), shape: [3, 3] };
  const padded = { data: Int32Array.from([1, 2, 3, 0, 0, 4, 5, 1, 0, 0, 2, 2, 2, 0, 0]), shape: [3, 5] };
  const y = { data: Int32Array.from([2, 3, 1, 5, 1, 1, 2, 2, 3]), shape: [3, 3] };
  const yPadded = { data: Int32Array.from([2, 3, 1, 0, 0, 5, 1, 1, 0, 0, 2, 2, 3, 0, 0]), shape: [3, 5] };
  compileForGradient(short, { loss: "sparseCategoricalCrossentropy" });
  const expected = await gradientsOf(short, { target: x, ...state }, y);
  const found = await gradientsOf(short, { target: padded, ...state }, yPadded);
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-12);
});

test("streams as it predicts", async () => {
  const target = input({ shape: [null], dtype: "int32" });
  const net = model({ inputs: target, outputs: decoder(gru(4), vocabulary, { samplingRate: 0.5 }).apply(target) });
  setWaves(net, 2);
  const [written] = await generate(await net.stream(), { prompt: [1], length: 6 });
  const read = [1, ...written!.ids.slice(0, -1)];
  const { data } = await net.predict({ data: Int32Array.from(read), shape: [1, 6] });
  for (const [step, id] of written!.ids.entries()) {
    const now = Array.from(data.slice(step * vocabulary, (step + 1) * vocabulary));
    expect(id).toBe(now.indexOf(Math.max(...now)));
  }
});

test("a cell of one's own, a projection and a learnt beginning go in, and the cell sees its state alone", async () => {
  const target = input({ shape: [null], dtype: "int32" });
  const layers = [
    recurrent(leaky, 4, { learnInitialState: true }),
    stacked([gru(2), recurrent(leaky, 3, { learnInitialState: true })]),
    projectedLstm(4, { projectionSize: 2 }),
  ];
  for (const layer of layers) {
    const net = model({ inputs: target, outputs: decoder(layer, vocabulary, { samplingRate: 0.5 }).apply(target) });
    compileForGradient(net, { loss: "sparseCategoricalCrossentropy" });
    setWaves(net);
    const gradients = await gradientsOf(net, ids(1), ids(2));
    expect(gradients.every((gradient) => gradient.some((value) => value !== 0))).toBe(true);
  }
});

test.each([
  [() => decoder(dense(3), 5), "Expected decoder to get a recurrent layer, got dense."],
  [() => decoder(lstm(3, { goBackwards: true }), 5), "without goBackwards, stateful and returnState, got lstm"],
  [() => decoder(lstm(3), 1), "Expected `vocabulary of decoder` to be an integer of at least 2, got 1."],
  [() => decoder(lstm(3), 5, { samplingRate: 1.1 }), "to be a number from 0 to 1, got 1.1."],
  [() => decoder(lstm(3), 5, { sampling: 1 } as never), 'got "sampling"'],
  [() => decoder(lstm(3), 5).apply(input({ shape: [4, 2] })), "Expected input [batch, time] of int32 ids for decoder"],
])("refuses what makes no sense: %#", (act, message) => {
  expect(act).toThrow(message);
});
