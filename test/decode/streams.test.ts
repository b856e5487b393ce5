/** Decoding from models of this library: streams are what the decoders read. */
import { dense, embedding, gru, input, lstm, type Model, model, sequential } from "rondo";
import { beamSearch, beginWith, generate, logProbabilities } from "rondo/decode";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { setWaves, waves } from "../support/models.ts";

const vocabulary = 5;

function languageModel(engine: (typeof engines)[number]): Model {
  const ids = input({ shape: [null], dtype: "int32" });
  const hidden = gru(7, { returnSequences: true }).apply(
    lstm(6, { returnSequences: true }).apply(embedding(vocabulary, 4).apply(ids)),
  );
  const net = model({ inputs: ids, outputs: dense(vocabulary, { activation: "softmax" }).apply(hidden) });
  net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd", engine });
  setWaves(net, 2);
  return net;
}

/** log P of `ids` after `prompt`, from whole sequences. */
async function logProbabilityOf(net: Model, prompt: readonly number[], ids: readonly number[]): Promise<number> {
  const all = [...prompt, ...ids];
  const { data } = await net.predict({ data: Int32Array.from(all), shape: [1, all.length] });
  return ids.reduce((sum, id, i) => sum + Math.log(data[(prompt.length + i - 1) * vocabulary + id]!), 0);
}

describe.each(engines)("On %s", (engine) => {
  test("greedy choice and beam search agree with whole sequences, and the beam is at least as good", async () => {
    const net = languageModel(engine);
    const options = { prompt: [1, 3], length: 6 };
    const [greedy] = await generate(await net.stream(), options);
    expect(greedy!.ids).toHaveLength(6);
    expect(greedy!.logProbability).toBeCloseTo(await logProbabilityOf(net, options.prompt, greedy!.ids), 3);
    const found = await beamSearch(await net.stream({ rows: 4 }), options);
    expect(found).toHaveLength(4);
    for (const { ids, logProbability } of found) {
      expect(logProbability).toBeCloseTo(await logProbabilityOf(net, options.prompt, ids), 3);
    }
    expect(found[0]!.logProbability).toBeGreaterThanOrEqual(greedy!.logProbability - 1e-4);
  });

  test("a decoder goes on from the states of an encoder", async () => {
    const source = input({ shape: [null, 3], name: "source" });
    const target = input({ shape: [null], dtype: "int32", name: "target" });
    const words = embedding(vocabulary, 4);
    const decoder = lstm(6, { returnSequences: true, name: "decoder" });
    const out = dense(vocabulary);
    const [, h, c] = lstm(6, { returnState: true }).apply(source);
    const trained = model({
      inputs: { source, target },
      outputs: out.apply(decoder.apply(words.apply(target), { initialState: [h!, c!] })),
    });
    trained.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    setWaves(trained, 1);
    const encoder = model({ inputs: source, outputs: { h: h!, c: c! } });
    const writer = model({ inputs: target, outputs: out.apply(decoder.apply(words.apply(target))) });
    for (const net of [encoder, writer]) net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });

    const x = waves([1, 4, 3]);
    const states = await encoder.predict(x);
    const stream = await writer.stream({ rows: 2 });
    const begun = beginWith(stream, { 'lstm "decoder" h': states.h.data, 'lstm "decoder" c': states.c.data });
    const [written] = await generate(begun, { prompt: [0], length: 4, fromLogits: true });
    const ids = [0, ...written!.ids];
    const { data } = await trained.predict({ source: x, target: { data: Int32Array.from(ids), shape: [1, 5] } });
    const sum = written!.ids.reduce((total, id, t) => {
      return total + logProbabilities(data.slice(t * vocabulary, (t + 1) * vocabulary))[id]!;
    }, 0);
    expect(written!.logProbability).toBeCloseTo(sum, 4);
    const [found] = await beamSearch(begun, { prompt: [0], length: 4, fromLogits: true });
    expect(found!.logProbability).toBeGreaterThanOrEqual(written!.logProbability - 1e-4);
  });
});

describe("States of a stream", () => {
  test("can be read, given and reordered, by name", async () => {
    const net = sequential([lstm(2, { returnSequences: true, inputShape: [null, 1] }), lstm(2), dense(1)]);
    const stream = await net.stream({ rows: 2 });
    stream.step([1, -1]);
    const states = stream.getStates();
    expect(Object.keys(states)).toEqual(["lstm h", "lstm c", "lstm h_1", "lstm c_1"]);
    const next = stream.step([0.5, 0.5]);
    stream.setStates(states);
    stream.reorder([1, 0]);
    expect(Array.from(stream.step([0.5, 0.5]))).toEqual([next[1], next[0]]);
    stream.setStates(states);
    expect(stream.step([0.5, 0.5])).toEqual(next);
  });

  test("are refused with one sentence when they do not fit", async () => {
    const stream = await sequential([lstm(2, { inputShape: [null, 1] })]).stream({ rows: 2 });
    expect(() => stream.setStates({ "lstm h": [1] })).toThrow('Expected 4 numbers for state "lstm h", got 1.');
    expect(() => stream.setStates({ h: [1] })).toThrow("among lstm h, lstm c");
    expect(() => stream.reorder([0, 2])).toThrow("Expected 2 row numbers below 2 for reorder(), got [0, 2].");
  });
});
