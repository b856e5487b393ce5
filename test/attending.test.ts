/** Constants in cells, with their masks, and layers that look at another sequence at every step. */
import {
  activation,
  add,
  attend,
  attending,
  bidirectional,
  checkCell,
  concat,
  decoder,
  defineCell,
  dense,
  embedding,
  fromBytes,
  gru,
  input,
  lstm,
  matmul,
  model,
  mul,
  type NumericArray,
  ragged,
  recurrent,
  type StreamOptions,
  stacked,
  tanh,
} from "rondo";
import { beamSearch, generate } from "rondo/decode";
import { describe, expect, test } from "vitest";
import { engines } from "./support/engines.ts";
import { compileForGradient, gradientsOf, rowOf, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

/** It looks at a memory, and is moved by a grid that has no steps. */
const looking = defineCell({
  name: "looking",
  inputs: () => ({ gap: 1 }),
  constants: (inputSize) => ({ memory: [null, inputSize], grid: [2, 2, 3] }),
  weights: (inputSize, units) => ({
    kernel: { shape: [2 * inputSize, units], initializer: "glorotUniform" },
    queryKernel: { shape: [units, inputSize], initializer: "glorotUniform" },
  }),
  state: (units) => ({ h: units }),
  step({ kernel, queryKernel }, x, { h }, _options, { gap, memory, grid }) {
    const { context } = attend(matmul(h, queryKernel), memory.tensor, memory.tensor, memory.mask);
    const corner = grid.tensor;
    expect(corner.shape.slice(1)).toEqual([2, 2, 3]);
    return { h: tanh(add(mul(gap, h), matmul(concat([x, context]), kernel))) };
  },
});

const [rows, time, steps, features, units] = [3, 4, 5, 2, 3] as const;
const ids = (count: number, seed: number, vocabulary: number) => ({
  data: Int32Array.from({ length: rows * count }, (_, i) => (i * i + seed * i + seed) % vocabulary),
  shape: [rows, count],
});

describe("A cell gets constants whole", () => {
  const inputs = () => ({
    x: input({ shape: [null, features], name: "x" }),
    gap: input({ shape: [null, 1], name: "gap" }),
    memory: input({ shape: [null, features], name: "memory" }),
    grid: input({ shape: [2, 2, 3], name: "grid" }),
    counts: input({ shape: [null], name: "counts" }),
  });
  const data = {
    x: waves([rows, time, features]),
    gap: waves([rows, time, 1], 1),
    memory: waves([rows, steps, features], 2),
    grid: waves([rows, 2, 2, 3], 3),
    counts: { data: Float32Array.of(1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0), shape: [rows, steps] },
  };
  const net = () => {
    const { x, gap, memory, grid, counts } = inputs();
    const seen = activation("linear").apply(memory, { mask: counts });
    const layer = recurrent(looking, units, { returnSequences: true });
    const made = model({ inputs: { x, gap, memory, grid, counts }, outputs: layer.apply([x, gap, seen, grid]) });
    compileForGradient(made);
    setWaves(made, 1);
    return made;
  };

  test("and their masks: masked steps are not there, whatever they hold", async () => {
    const made = net();
    const whole = await made.predict(data);
    const memory = { ...data.memory, data: data.memory.data.slice() as Float64Array };
    for (const [i, counted] of data.counts.data.entries()) if (!counted) memory.data.fill(Number.NaN, 2 * i, 2 * i + 2);
    expectClose((await made.predict({ ...data, memory })).data, whole.data, 0);
    expect(Array.from(whole.data).every(Number.isFinite)).toBe(true);
    const y = waves(whole.shape, 4);
    const expected = await gradientsOf(made, data, y);
    for (const [i, found] of (await gradientsOf(made, { ...data, memory }, y)).entries()) {
      expectClose(found, expected[i]!, 0);
      expect(Array.from(found).every(Number.isFinite)).toBe(true);
    }
  });

  test("in checkCell, in stacks and after loading", async () => {
    await checkCell(looking);
    const from = inputs();
    const pile = stacked([recurrent(looking, features), recurrent(looking, units)]);
    const made = model({
      inputs: { x: from.x, gap: from.gap, memory: from.memory, grid: from.grid },
      outputs: pile.apply([from.x, from.gap, from.memory, from.grid]),
    });
    const { counts: _, ...given } = data;
    const again = fromBytes(await made.toBytes(), { cells: [looking] });
    expect((await again.predict(given)).data).toEqual((await made.predict(given)).data);
  });

  test("and says which are missing", () => {
    const { x, gap, memory, grid } = inputs();
    const layer = () => recurrent(looking, units);
    const expected =
      "Expected input [batch, time, features] and gap [batch, time, 1] and memory [batch, any, 2] and grid [batch, 2, 2, 3] for looking";
    expect(() => layer().apply([x, gap])).toThrow(expected);
    expect(() => layer().apply([x, gap, grid, memory])).toThrow(expected);
  });
});

const kinds = ["luong", "bahdanau"] as const;

describe.each(kinds)("A layer that looks as %s", (attention) => {
  test("is right as a cell is: gradients, masks, rows, halves, with other layers inside too", async () => {
    await checkCell(attending(attention === "luong" ? stacked([gru(2), lstm(2)]) : gru(2), { attention }));
  });

  test("goes on from an encoder's state, drops what it should, and is saved", async () => {
    const [x, memory] = [input({ shape: [null, features], name: "x" }), input({ shape: [null, 4], name: "memory" })];
    const encoder = gru(units, { returnSequences: true, returnState: true });
    const [encoded, state] = encoder.apply(memory) as [typeof x, typeof x];
    const layer = attending(gru(units, { returnSequences: true, dropout: 0.5, recurrentDropout: 0.5 }), { attention });
    const net = model({ inputs: { x, memory }, outputs: layer.apply([x, encoded], { initialState: [state] }) });
    compileForGradient(net);
    setWaves(net, 1);
    const data = { x: waves([rows, time, features]), memory: waves([rows, steps, 4], 1) };
    const again = fromBytes(await net.toBytes(), { engine: "reference" });
    expect(again.getConfig()).toEqual(net.getConfig());
    const whole = await net.predict(data);
    expectClose((await again.predict(data)).data, whole.data, 0);
    const plain = model({ inputs: { x, memory }, outputs: layer.apply([x, encoded]) });
    expect((await plain.predict(data)).data).not.toEqual(whole.data);
    const [dropped, kept] = [await net.trainOnBatch(data, whole), await net.evaluate(data, whole)];
    expect(dropped.loss).toBeGreaterThan(0.001);
    expect(kept.loss).toBeGreaterThan(0);
  });

  /** An encoder and a decoder that looks at its outputs. */
  const translator = (samplingRate: number, engine: (typeof engines)[number] = "reference") => {
    const source = input({ shape: [null], dtype: "int32", name: "source" });
    const target = input({ shape: [null], dtype: "int32", name: "target" });
    const encoder = gru(units, { returnSequences: true, returnState: true });
    const [encoded, state] = encoder.apply(embedding(5, 3, { maskZero: true }).apply(source)) as [
      typeof source,
      typeof source,
    ];
    const writes = decoder(attending(gru(units), { attention }), 6, { width: 2, samplingRate });
    const outputs = writes.apply([target, encoded], { initialState: [state] });
    const net = model({ inputs: { source, target }, outputs });
    compileForGradient(net, { loss: "sparseCategoricalCrossentropy", engine });
    setWaves(net, 2);
    return net;
  };
  const source = { data: Int32Array.of(1, 2, 3, 4, 4, 2, 0, 0, 3, 1, 2, 0), shape: [rows, 4] };
  const x = { source, target: ids(time, 1, 6) };

  test("sees no difference when its source is padded more", async () => {
    const net = translator(0);
    const padded = Int32Array.from({ length: rows * 9 }, (_, i) =>
      i % 9 < 4 ? source.data[Math.floor(i / 9) * 4 + (i % 9)]! : 0,
    );
    const longer = { ...x, source: { data: padded, shape: [rows, 9] } };
    expectClose((await net.predict(longer)).data, (await net.predict(x)).data, 1e-14);
    const expected = await gradientsOf(net, x, ids(time, 2, 6));
    for (const [i, found] of (await gradientsOf(net, longer, ids(time, 2, 6))).entries()) {
      expectClose(found, expected[i]!, 1e-13);
    }
    // A row by itself, without any padding.
    const alone = { source: { data: source.data.slice(4, 6), shape: [1, 2] }, target: rowOf(x.target, 1) };
    expectClose((await net.predict(alone)).data, rowOf(await net.predict(x), 1).data, 1e-14);
  });

  test("trains on its own choices: the same loss, the same gradients as with them given", async () => {
    const [forced, free] = [translator(0), translator(1)];
    const read = x.target.data.slice();
    for (let step = 1; step < time; step++) {
      const { data } = await forced.predict({ source, target: { data: read, shape: [rows, time] } });
      for (let row = 0; row < rows; row++) {
        const at = (row * time + step - 1) * 6;
        const chances = Array.from(data.slice(at, at + 6));
        read[row * time + step] = chances.indexOf(Math.max(...chances));
      }
    }
    expect(read).not.toEqual(x.target.data);
    const given = { source, target: { data: read, shape: [rows, time] } };
    const expected = await gradientsOf(forced, given, ids(time, 2, 6));
    for (const [i, found] of (await gradientsOf(free, x, ids(time, 2, 6))).entries()) {
      expectClose(found, expected[i]!, 1e-12);
    }
  });

  test.each(engines)(
    "writes step by step on %s what predict gives at once, for a source that is a constant",
    async (engine) => {
      const net = translator(0, engine);
      const whole = await net.predict(x);
      const stream = await net.stream({ rows, constants: { source } });
      for (const round of ["first", "again"]) {
        for (let step = 0; step < time; step++) {
          const found = stream.step(stepsOf(x.target, step, step + 1).data);
          expectClose(found, stepsOf(whole, step, step + 1).data, 1e-5);
        }
        expect(round).toBeTruthy();
        stream.reset();
      }
      // Rows change places with their sources, and come back.
      const first = stream.step([1, 1, 1]);
      stream.reset();
      stream.reorder([2, 0, 0]);
      const moved = stream.step([1, 1, 1]);
      for (const [row, from] of [2, 0, 0].entries()) {
        expectClose(moved.slice(6 * row, 6 * row + 6), first.slice(6 * from, 6 * from + 6), 0);
      }
      stream.reset();
      expectClose(stream.step([1, 1, 1]), first, 0);

      // One source for all rows, without padding; then another one of that length.
      const sources = ragged([
        [1, 2, 3, 4],
        [4, 2],
        [3, 1, 2],
      ]);
      const single = await net.stream({ rows: 2, constants: { source: ragged([[4, 2, 1]]) } });
      single.step([1, 1]);
      await single.setConstants({ source: ragged([Array.from(sources.row(2).data)]) });
      const third = single.step([1, 1]);
      for (const row of [0, 1]) expectClose(third.slice(6 * row, 6 * row + 6), first.slice(12, 18), 1e-6);
      const all = await net.stream({ rows, constants: { source: sources } });
      expectClose(all.step([1, 1, 1]), first, 1e-6);
    },
  );

  test("is searched by beam from one source, as good as its greedy choice at least", async () => {
    const net = translator(0, "wasm");
    const stream = await net.stream({ rows: 3, constants: { source: [[1, 2, 3]] } });
    const [greedy] = await generate(stream, { prompt: [1], length: 5 });
    const [best] = await beamSearch(stream, { prompt: [1], length: 5 });
    const read = [1, ...best!.ids];
    const { data } = await net.predict({ source: [[1, 2, 3]], target: { data: Int32Array.from(read), shape: [1, 6] } });
    const sum = best!.ids.reduce((total, id, t) => total + Math.log(data[6 * t + id]!), 0);
    expect(best!.logProbability).toBeCloseTo(sum, 4);
    expect(best!.logProbability).toBeGreaterThanOrEqual(greedy!.logProbability - 1e-5);
  });

  test.each(engines)("trains on %s as on the reference", async (engine) => {
    const losses = async (on: (typeof engines)[number]) => {
      const net = translator(0.5, on);
      const found: number[] = [];
      for (let i = 0; i < 3; i++) found.push((await net.trainOnBatch(x, ids(time, 2, 6))).loss);
      return found;
    };
    expectClose(await losses(engine), await losses("reference"), 1e-4);
  });
});

test("what makes no sense is refused", () => {
  const [x, flat] = [input({ shape: [null, 2] }), input({ shape: [2] })];
  expect(() => attending(dense(2))).toThrow("Expected attending to get a recurrent layer, got dense.");
  expect(() => attending(gru(2), { scoreUnits: 3 })).toThrow('`scoreUnits` of attending beside attention: "bahdanau"');
  expect(() => attending(gru(2)).apply(x)).toThrow("memory [batch, any, any] for attending");
  expect(() => attending(gru(2)).apply([x, flat])).toThrow("memory [batch, any, any] for attending");
  expect(() => attending(gru(2)).apply([x, x], { initialState: [flat, flat, flat] })).toThrow("h [batch, 2]");
  expect(() => decoder(attending(gru(2)), 5).apply(input({ shape: [null], dtype: "int32" }))).toThrow("memory");
});

test("constants of a stream may be looked at whole, and are refused with a reason", async () => {
  const [x, memory] = [input({ shape: [null, 2], name: "x" }), input({ shape: [null, 3], name: "memory" })];
  const place = input({ shape: [4], name: "place" });
  const encoded = bidirectional(gru(2, { returnSequences: true })).apply(memory);
  const state = dense(3, { activation: "tanh" }).apply(place);
  const layer = attending(gru(3, { returnSequences: true }));
  const net = model({ inputs: { x, memory, place }, outputs: layer.apply([x, encoded], { initialState: [state] }) });
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  const data = { x: waves([1, 3, 2]), memory: waves([1, 5, 3], 1), place: waves([1, 4], 2) };
  const whole = await net.predict(data);
  const { memory: first, place: second } = data;
  const stream = await net.stream({ constants: { memory: first, place: second } });
  for (let step = 0; step < 3; step++) {
    expectClose(stream.step(stepsOf(data.x, step, step + 1).data), stepsOf(whole, step, step + 1).data, 1e-12);
  }
  const refused = async (options: StreamOptions, message: string) =>
    await expect(net.stream(options)).rejects.toThrow(message);
  await refused({}, "forward from zeros, for sequences that come step by step");
  await refused({ constants: { place: second } }, "to go forward from zeros");
  await refused({ constants: { memory: first } }, "to go forward from zeros, for sequences that come step by step");
  await refused({ constants: { source: first } }, 'got "source"');
  await refused({ constants: data }, "at least one input of the model to come step by step, got all as `constants`");
  await refused(
    { rows: 3, constants: { memory: waves([2, 5, 3]), place: second } },
    'one row or 3 of constant "memory", got 2',
  );
  await refused({ constants: { memory: second, place: second } }, 'Expected input "memory"');
  await expect(stream.setConstants({ memory: waves([1, 6, 3]), place: second })).rejects.toThrow(
    "Expected constants of the same shapes, [1, 5, 3] and [1, 4], got [1, 6, 3] and [1, 4]: make another stream",
  );
  const plain = await model({ inputs: x, outputs: gru(2).apply(x) }).stream();
  await expect(plain.setConstants({ x: first })).rejects.toThrow("Expected a stream with `constants`, got one without");
});

test("what it looks at must not come in parts", async () => {
  const [x, memory] = [input({ shape: [null, 2], name: "x" }), input({ shape: [null, 3], name: "memory" })];
  const net = model({
    inputs: { x, memory },
    outputs: attending(gru(3, { returnSequences: true })).apply([x, memory]),
  });
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  await expect(net.stream()).rejects.toThrow(
    "Expected attending to get all of `memory` at once, for sequences that come step by step, got it in parts as well: name the inputs that it comes from in `constants`.",
  );
  const data = { x: waves([rows, 4, 2]), memory: waves([rows, 4, 3], 1) };
  await expect(net.fit(data, waves([rows, 4, 3]), { truncate: 2 })).rejects.toThrow(
    "for sequences that come segment by segment, got it in parts as well: train on whole rows, without `truncate`.",
  );
});

test("half a sequence and the rest give the whole, from the state that was given back", async () => {
  const [x, memory] = [input({ shape: [null, 2], name: "x" }), input({ shape: [null, 4], name: "memory" })];
  const [h, attentional] = [input({ shape: [3], name: "h" }), input({ shape: [3], name: "attentional" })];
  const layer = attending(gru(3, { returnSequences: true, returnState: true }));
  const [sequence, ...ends] = layer.apply([x, memory]);
  const begin = model({ inputs: { x, memory }, outputs: { sequence: sequence!, h: ends[0]!, attentional: ends[1]! } });
  const [rest] = layer.apply([x, memory], { initialState: [h, attentional] });
  const goOn = model({ inputs: { x, memory, h, attentional }, outputs: rest! });
  const data = { x: waves([rows, 6, 2]), memory: waves([rows, steps, 4], 1) };
  const whole = await begin.predict(data);
  const part = (start: number) => ({ ...data, x: stepsOf(data.x, start, start + 3) as NumericArray });
  const first = await begin.predict(part(0));
  const second = await goOn.predict({ ...part(3), h: first.h, attentional: first.attentional });
  expectClose(second.data, stepsOf(whole.sequence, 3, 6).data, 1e-6);
});
