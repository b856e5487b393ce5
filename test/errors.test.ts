/** Options that make no sense, shapes that do not fit, things done too early: each is an error that says what to do. */
import {
  adam,
  bidirectional,
  categoricalCrossentropy,
  concatenate,
  defineCell,
  dense,
  dropout,
  embedding,
  FormatError,
  flatten,
  fromBytes,
  gru,
  input,
  type Layer,
  load,
  lstm,
  masking,
  model,
  OptionError,
  ragged,
  recurrent,
  repeatVector,
  ShapeError,
  StateError,
  sequential,
  simpleRnn,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { waves } from "./support/models.ts";

const compiled = (first: Layer = lstm(3, { inputShape: [null, 5] }), ...rest: Layer[]) => {
  const net = sequential([first, ...rest]);
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  return net;
};
/** What a user without types may write. */
const wrong = <T>(value: unknown): T => value as T;

describe("layers", () => {
  test.each([
    ["an unknown option", () => lstm(3, wrong({ returnSequence: true })), "returnSequence"],
    ["an unknown activation", () => dense(3, { activation: wrong("softmx") }), "softmx"],
    ["an unknown initializer", () => dense(3, { kernelInitializer: wrong("glorot") }), "glorot"],
    [
      "an unknown number of an initializer",
      () => dense(3, { kernelInitializer: wrong({ name: "constant", val: 1 }) }),
      "val",
    ],
    ["no units", () => lstm(0), "at least 1"],
    ["half a unit", () => dense(2.5), "2.5"],
    ["dropout of everything", () => dropout(1), "below 1"],
    ["a yes that is no boolean", () => gru(3, { resetAfter: wrong("yes") }), "resetAfter"],
    ["resetAfter for an LSTM", () => lstm(3, wrong({ resetAfter: true })), "resetAfter"],
    ["a merge mode that is none", () => bidirectional(lstm(3), { mergeMode: wrong("max") }), "concat"],
    ["both directions of a dense layer", () => bidirectional(dense(3)), "recurrent layer"],
    ["both directions of a backward layer", () => bidirectional(lstm(3, { goBackwards: true })), "forwards"],
    ["a stateful layer at each step", () => timeDistributed(wrong(lstm(3, { stateful: true }))), "state"],
    ["a name with a slash", () => dense(3, { name: "a/b" }), "slashes"],
    ["an embedding of nothing", () => embedding(0, 3), "vocabulary"],
    [
      "an option in another style",
      () => lstm(3, wrong({ return_sequences: true })),
      'perhaps "returnSequences" is meant.',
    ],
    ["half a name", () => lstm(3, wrong({ returnSequence: true })), 'perhaps "returnSequences" is meant.'],
    ["a number in the place of options", () => lstm(3, wrong(5)), "got 5: give them as an object, { name: value }."],
    ["a word in the place of options", () => dense(3, wrong("relu")), "give them as an object, { name: value }."],
    ["a list in the place of options", () => input(wrong([4, 5])), "give them as an object, { name: value }."],
    ["a rate in the place of options", () => adam(wrong(0.01)), "got 0.01: give them as an object, { name: value }."],
    ["an activation in another style", () => dense(3, { activation: wrong("ReLU") }), 'perhaps "relu" is meant.'],
    [
      "an initializer in another style",
      () => dense(3, { kernelInitializer: wrong("glorot_uniform") }),
      'perhaps "glorotUniform" is meant.',
    ],
    [
      "a regularizer without a name",
      () => lstm(3, { kernelRegularizer: wrong({ l2: 0.1 }) }),
      'got an object with keys ["l2"]: name it: { name: "l1" }.',
    ],
    [
      "a layer in the place of a cell",
      () => recurrent(lstm as never, 3),
      "a cell for a recurrent layer, got function lstm",
    ],
  ])("%s", (_what, make, says) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(says);
  });

  const sequence = () => input({ shape: [4, 5] });
  test.each([
    ["a sequence for repeatVector", () => repeatVector(3).apply(sequence()), "[batch, features]"],
    ["a vector for an LSTM", () => lstm(3).apply(lstm(3).apply(sequence())), "returnSequences: true"],
    ["ids for a dense layer", () => dense(3).apply(input({ shape: [4], dtype: "int32" })), "features"],
    ["flattening any number of steps", () => flatten().apply(input({ shape: [null, 5] })), "fixed number"],
    ["different steps side by side", () => concatenate().apply([sequence(), input({ shape: [3, 5] })]), "last axis"],
    ["a shape of nothing", () => input({ shape: [0, 5] }), "sizes"],
    ["any number of features", () => input({ shape: [5, null] }), "first"],
  ])("%s", (_what, make, says) => {
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(says);
  });

  test("a layer keeps the features that it was made for", () => {
    const layer = lstm(3);
    layer.apply(input({ shape: [4, 5] }));
    expect(() => layer.apply(input({ shape: [4, 7] }))).toThrow("5 features");
  });

  test("a state of another layer", () => {
    const x = sequence();
    const state = [input({ shape: [3] })];
    expect(() => lstm(3).apply(x, { initialState: state })).toThrow("h [batch, 3], c [batch, 3]");
    expect(() => dense(3).apply(x, { initialState: state })).toThrow("left out");
    expect(() => gru(3).apply(x, { initialState: wrong(state[0]) })).toThrow(
      "Expected `initialState` of gru to be h [batch, 3], got no list of symbolic tensors.",
    );
  });

  test("a mask that is not one number per step", () => {
    const x = sequence();
    for (const shape of [[3], [4, 1]]) {
      expect(() => lstm(3).apply(x, { mask: input({ shape }) })).toThrow("[batch, time]");
    }
    expect(() => lstm(3).apply(x, { mask: input({ shape: [4], dtype: "int32" }) })).toThrow("float32");
  });

  test("a cell under the name of another", () => {
    const impostor = () =>
      defineCell({
        name: "lstm",
        weights: () => ({}),
        state: (units) => ({ h: units }),
        step: (_weights, _x, { h }) => ({ h }),
      });
    expect(impostor).toThrow("name of its own");
  });

  test.each([
    ["no step", { step: undefined }, "`step` of the cell mine to be a function, got undefined"],
    ["no name", { name: undefined }, "`name` of defineCell() to be a word without slashes, got undefined"],
    ["a part that is misspelt", { weight: () => ({}) }, 'got "weight": perhaps "weights" is meant.'],
    ["noise that is none", { noise: 0.1 }, "`noise` of the cell mine to be a function, got 0.1"],
    ["no state", { state: () => ({}) }, "sizes by name as state of the cell mine, { h: units }, got {}"],
    ["half a unit of state", { state: () => ({ h: 1.5 }) }, 'got {"h":1.5}'],
    ["a step that gives a tensor", { step: (_w: unknown, x: unknown) => x }, "to give { h }, got one tensor"],
    ["a step that gives nothing", { step: () => undefined }, "to give { h }, got undefined"],
    ["a step that gives another part", { step: (_w: unknown, x: unknown) => ({ c: x }) }, "to give { h }, got { c }"],
    [
      "a step that gives too much",
      { step: (_w: unknown, x: unknown, { h }: { h: unknown }) => ({ h, c: x }) },
      "to give { h }, got { h, c }",
    ],
    ["a step that gives a number", { step: () => ({ h: 1 }) }, "h from step() of the cell mine to be a tensor, got 1"],
    [
      "a step that gives another size",
      { step: (_w: unknown, x: unknown) => ({ h: x }) },
      "h from step() of the cell mine to stay [1, 3], got [1, 5]",
    ],
  ])("a cell with %s", async (_what, parts, says) => {
    const sound = {
      name: "mine",
      weights: () => ({}),
      state: (units: number) => ({ h: units }),
      step: (_weights: unknown, _x: unknown, { h }: { h: unknown }) => ({ h }),
    };
    const use = async () => {
      const cell = defineCell({ ...sound, ...parts } as never);
      await sequential([recurrent(cell, 3, { inputShape: [4, 5] })]).predict(waves([1, 4, 5]));
    };
    await expect(use()).rejects.toThrow(says);
  });

  test("a state that is kept and given", () => {
    const [x, h] = [sequence(), input({ shape: [3] })];
    const net = model({ inputs: { x, h }, outputs: simpleRnn(3, { stateful: true }).apply(x, { initialState: [h] }) });
    return expect(net.predict({ x: waves([2, 4, 5]), h: waves([2, 3]) })).rejects.toThrow("stateful");
  });

  test("recurrent dropout in a cell that cannot have it", () => {
    const still = defineCell({
      name: "still",
      weights: () => ({}),
      state: (units) => ({ h: units }),
      step: (_weights, _x, { h }) => ({ h }),
    });
    const net = sequential([recurrent(still, 3, { recurrentDropout: 0.5, inputShape: [4, 5] }), dense(1)]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    return expect(net.trainOnBatch(waves([2, 4, 5]), waves([2, 1]))).rejects.toThrow("drop()");
  });
});

describe("models", () => {
  test("data with other features than the model was built for", async () => {
    const net = compiled();
    await expect(net.predict(waves([32, 24, 7]))).rejects.toThrow(
      "Expected input [batch, time, 5 features], got [32, 24, 7]: the model was built for 5 features.",
    );
  });

  test.each([
    ["an optimizer that is none", { loss: "meanSquaredError", optimizer: "nope" }, "nope"],
    ["a loss that is none", { loss: "doesNotExist", optimizer: "sgd" }, "doesNotExist"],
    ["a loss by its letters", { loss: "mse", optimizer: "sgd" }, 'perhaps "meanSquaredError" is meant.'],
    ["a metric cut short", { loss: "huber", optimizer: "sgd", metrics: ["acc"] }, 'perhaps "accuracy" is meant.'],
    ["losses in a list", { loss: ["huber"], optimizer: "sgd" }, "give them as an object"],
    ["an optimizer in capitals", { loss: "huber", optimizer: "Adam" }, 'perhaps "adam" is meant.'],
    ["no loss", { optimizer: "sgd" }, "loss"],
    ["a misspelt option", { loss: "meanSquaredError", optimizer: "sgd", metric: ["accuracy"] }, "metric"],
    ["the same metric twice", { loss: "huber", optimizer: "sgd", metrics: ["accuracy", "accuracy"] }, "twice"],
    ["loss weights for one output", { loss: "huber", optimizer: "sgd", lossWeights: { a: 1 } }, "lossWeights"],
    ["an engine that is none", { loss: "huber", optimizer: "sgd", seed: -1 }, "seed"],
  ])("compiled with %s", (_what, options, says) => {
    const net = sequential([dense(1, { inputShape: [2] })]);
    expect(() => net.compile(wrong(options))).toThrow(says);
  });

  test("an engine that is none", () => {
    const net = sequential([dense(1, { inputShape: [2] })]);
    net.compile({ loss: "huber", optimizer: "sgd", engine: wrong("abacus") });
    return expect(net.predict([[1, 2]])).rejects.toThrow("wasm, reference");
  });

  test("training before compiling", async () => {
    const net = sequential([dense(1, { inputShape: [2] })]);
    for (const act of [net.fit([[1, 2]], [[1]]), net.evaluate([[1, 2]], [[1]]), net.trainOnBatch([[1, 2]], [[1]])]) {
      await expect(act).rejects.toThrow(StateError);
    }
  });

  test("a loss of logits behind a softmax", async () => {
    const net = sequential([dense(2, { inputShape: [2], activation: "softmax" })]);
    const loss = categoricalCrossentropy({ fromLogits: true });
    net.compile({ loss, optimizer: "sgd", engine: "reference" });
    await expect(net.fit([[1, 2]], [[0, 1]])).rejects.toThrow(/without a last softmax/);
  });

  test("two trainings at once", async () => {
    const net = compiled(dense(1, { inputShape: [2] }));
    const first = net.fit(waves([64, 2]), waves([64, 1]), { epochs: 3 });
    await expect(net.fit(waves([64, 2]), waves([64, 1]))).rejects.toThrow(StateError);
    expect(() => net.setWeights([])).toThrow(StateError);
    expect((await first).epochs).toHaveLength(3);
    await net.fit(waves([64, 2]), waves([64, 1]));
  });

  test("layers that are no layers", () => {
    expect(() => sequential(wrong([]))).toThrow(OptionError);
    expect(() => sequential(wrong([lstm(3, { inputShape: [4, 5] }), "dense"]))).toThrow("place 1");
    expect(() => sequential([lstm(3)])).toThrow("inputShape");
    expect(() => sequential(wrong([lstm(3, { returnState: true, inputShape: [4, 5] })]))).toThrow("model()");
    expect(() => sequential([dense(3, { name: "a", inputShape: [2] }), dense(3, { name: "a" })])).toThrow("two");
  });

  test("inputs that are missing, too many or no inputs", () => {
    const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })];
    const both = concatenate().apply([a, b]);
    expect(() => model({ inputs: a, outputs: both })).toThrow('"b"');
    expect(() => model({ inputs: [a, b], outputs: dense(1).apply(a) })).toThrow('"b"');
    expect(() => model({ inputs: both, outputs: dense(1).apply(both) })).toThrow("input()");
  });

  test("arrays without the names that a model asks for", async () => {
    const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })];
    const net = model({ inputs: [a, b], outputs: concatenate().apply([a, b]) });
    await expect(net.predict(wrong(waves([3, 2])))).rejects.toThrow("a, b");
    await expect(net.predict({ a: waves([3, 2]) })).rejects.toThrow("a, b");
    await expect(net.predict(wrong([waves([3, 2]), waves([3, 2])]))).rejects.toThrow("give several arrays by name");
    await expect(net.predict({ a: waves([3, 2]), b: waves([2, 2]) })).rejects.toThrow("as many");
  });

  test("ids that an embedding does not have", async () => {
    const net = sequential([embedding(4, 2, { inputShape: [3] })]);
    await expect(net.predict([[1, 2, 4]])).rejects.toThrow("ids from 0 to 3");
    await expect(net.predict([[1, 2, 0.5]])).rejects.toThrow("0.5");
  });

  test("class numbers that are not whole", async () => {
    const net = sequential([dense(3, { activation: "softmax", inputShape: [2] })]);
    net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd", engine: "reference" });
    await expect(net.trainOnBatch([[1, 2]], [0.5])).rejects.toThrow("0.5");
  });

  test("class numbers that the output has no unit for", async () => {
    const net = sequential([lstm(2, { inputShape: [2, 1] }), dense(3, { activation: "softmax" })]);
    net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd", engine: "reference" });
    const x = waves([3, 2, 1]);
    await expect(net.fit(x, [1, 2, 3])).rejects.toThrow(
      '0 to 2 as targets of "dense" for sparseCategoricalCrossentropy, got 3',
    );
    await expect(net.evaluate(x, [-1, 0, 1])).rejects.toThrow("got -1");
    const ends = ragged([[[1]], [[1], [2]]]);
    await expect(net.trainOnBatch(ends, [0, 3])).rejects.toThrow("classes count from 0");
    await expect(net.trainOnBatch(x, [0, 3, 1], { sampleWeight: [1, 0, 1] })).resolves.not.toHaveProperty(
      "loss",
      Number.NaN,
    );
  });

  test("class numbers of steps that a mask leaves out may be anything", async () => {
    const steps = [
      masking({ inputShape: [2, 1] }),
      lstm(2, { returnSequences: true }),
      dense(3, { activation: "softmax" }),
    ];
    const net = sequential(steps);
    net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd", engine: "reference" });
    expect((await net.trainOnBatch([[[1], [0]]], [[2, -1]])).loss).toBeGreaterThan(0);
  });

  test("weights of another number or shape", () => {
    const net = compiled(dense(1, { inputShape: [2] }));
    expect(() => net.setWeights([[[1], [2]]])).toThrow("2 weights");
    expect(() => net.setWeights([[[1, 2]], [1]])).toThrow("[2, 1]");
    expect(() => net.setWeights([[[1], [2]], [1]])).not.toThrow();
  });

  test("batches of a stateful model that do not fit", async () => {
    const net = compiled(lstm(3, { stateful: true, inputShape: [null, 5] }));
    const [x, y] = [waves([10, 4, 5]), waves([10, 3])];
    await expect(net.fit(x, y, { batchSize: 4 })).rejects.toThrow("divides");
    await expect(net.fit(x, y, { batchSize: 5, shuffle: true })).rejects.toThrow("shuffle");
    await expect(net.fit(x, y, { batchSize: 5, bucketByLength: true })).rejects.toThrow("bucketByLength: false");
    await expect(net.predict(x, { batchSize: 4 })).rejects.toThrow("resetStates()");
    net.resetStates();
    expect((await net.predict(x, { batchSize: 5 })).shape).toEqual([10, 3]);
    await net.fit(x, y, { batchSize: 5 });
  });
});

describe("files", () => {
  test("a file that is not there", () => expect(load("/nowhere/model.rondo")).rejects.toThrow(FormatError));

  test("bytes that are no model", async () => {
    expect(() => fromBytes(new Uint8Array(3))).toThrow(FormatError);
    const bytes = await compiled().toBytes();
    expect(() => fromBytes(bytes.subarray(0, bytes.length - 4))).toThrow(FormatError);
    expect(() => fromBytes(bytes, wrong({ layers: [] }))).toThrow(OptionError);
  });

  test("a model with a cell that load does not know", async () => {
    const cell = defineCell({
      name: "mine",
      weights: () => ({}),
      state: (units) => ({ h: units }),
      step: (_weights, _x, { h }) => ({ h }),
    });
    const bytes = await sequential([recurrent(cell, 3, { inputShape: [4, 5] })]).toBytes();
    expect(() => fromBytes(bytes)).toThrow("`cells`");
    expect(fromBytes(bytes, { cells: [cell] }).layers[0]!.name).toBe("mine");
  });

  test("cells whose names are taken", async () => {
    const make = (name: string) =>
      defineCell({
        name,
        weights: () => ({}),
        state: (units) => ({ h: units }),
        step: (_weights, _x, { h }) => ({ h }),
      });
    const bytes = await sequential([recurrent(make("dense"), 3, { inputShape: [4, 5] })]).toBytes();
    const says =
      "Expected `cells` with names of their own for load(), got another dense: saved models name their cells.";
    expect(() => fromBytes(bytes, { cells: [make("dense")] })).toThrow(says);
    const mine = make("mine");
    const own = await sequential([recurrent(mine, 3, { inputShape: [4, 5] })]).toBytes();
    expect(() => fromBytes(own, { cells: [mine, make("mine")] })).toThrow("another mine");
    expect(fromBytes(own, { cells: [mine, mine] }).layers).toHaveLength(1);
  });

  test("a loss of one's own cannot be saved, the model can", async () => {
    const net = sequential([dense(1, { inputShape: [2] })]);
    net.compile({ loss: (_target, prediction) => prediction, optimizer: "sgd", engine: "reference" });
    await expect(net.toBytes()).rejects.toThrow("loss");
    await net.toBytes({ includeOptimizer: false });
  });
});
