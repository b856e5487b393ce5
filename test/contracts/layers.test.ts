/** What must hold for every layer. */
import {
  activation,
  additiveAttention,
  attending,
  attention,
  averagePooling1d,
  batchNormalization,
  bidirectional,
  cells,
  concatenate,
  conv1d,
  decoder,
  decodeSafetensors,
  dense,
  dilated,
  dropout,
  embedding,
  flatten,
  fromBytes,
  gaussianNoise,
  globalAveragePooling1d,
  globalMaxPooling1d,
  gru,
  highway,
  input,
  type Layer,
  layerKinds,
  layerNormalization,
  lstm,
  masking,
  maxPooling1d,
  merge,
  model,
  mul,
  multiHeadAttention,
  notEqual,
  positionalEncoding,
  repeatVector,
  residual,
  rmsNormalization,
  type SymbolicTensor,
  sequential,
  simpleRnn,
  spatialDropout1d,
  stacked,
  tcn,
  tcnBlock,
  timeDistributed,
  transformerDecoderBlock,
  transformerEncoderBlock,
  upSampling1d,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, differencesOf, gradientsOf, rowOf, setWaves, waves } from "../support/models.ts";
import { expectClose } from "../support/numbers.ts";

const batch = 3;

interface LayerCase {
  readonly kind: string;
  readonly make: () => Layer;
  /** Of one row. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly ids?: boolean;
  /** How often it gets the same input. @default 1 */
  readonly inputs?: number;
}

/** Weights of layers inside of the blocks of a transformer, for two heads of one feature. */
const ofHeads = (path: string) =>
  Object.fromEntries(
    ["query", "key", "value", "output"].flatMap((part) => [
      [`${path}/${part}Kernel`, part === "output" ? [2, 1, 2] : [2, 2, 1]],
      [`${path}/${part}Bias`, part === "output" ? [2] : [2, 1]],
    ]),
  );
const normal = (path: string) => ({ [`${path}/gamma`]: [2], [`${path}/beta`]: [2] });

/** One of each kind at least. */
const cases: readonly LayerCase[] = [
  {
    kind: "dense",
    make: () => dense(4, { activation: "tanh" }),
    from: [2],
    to: [4],
    weights: { kernel: [2, 4], bias: [4] },
  },
  { kind: "dense", make: () => dense(4, { useBias: false }), from: [5, 2], to: [5, 4], weights: { kernel: [2, 4] } },
  { kind: "activation", make: () => activation("softmax"), from: [5, 2], to: [5, 2], weights: {} },
  { kind: "dropout", make: () => dropout(0.5), from: [5, 2], to: [5, 2], weights: {} },
  {
    kind: "embedding",
    make: () => embedding(6, 3),
    from: [5],
    to: [5, 3],
    weights: { embeddings: [6, 3] },
    ids: true,
  },
  {
    kind: "decoder",
    make: () => decoder(lstm(3), 6, { width: 2 }),
    from: [5],
    to: [5, 6],
    weights: {
      embeddings: [6, 2],
      kernel: [3, 6],
      bias: [6],
      "layer/kernel": [2, 12],
      "layer/recurrentKernel": [3, 12],
      "layer/bias": [12],
    },
    ids: true,
  },
  {
    kind: "attending",
    make: () => attending(gru(3, { returnSequences: true })),
    inputs: 2,
    from: [4, 2],
    to: [4, 3],
    weights: {
      scoreKernel: [3, 2],
      attentionalKernel: [5, 3],
      "layer/kernel": [5, 9],
      "layer/recurrentKernel": [3, 9],
      "layer/bias": [2, 9],
    },
  },
  {
    kind: "attending",
    make: () => attending(simpleRnn(3), { attention: "bahdanau", scoreUnits: 4 }),
    inputs: 2,
    from: [4, 2],
    to: [3],
    weights: {
      queryKernel: [3, 4],
      memoryKernel: [2, 4],
      scale: [4],
      "layer/kernel": [4, 3],
      "layer/recurrentKernel": [3, 3],
      "layer/bias": [3],
    },
  },
  { kind: "flatten", make: () => flatten(), from: [5, 2], to: [10], weights: {} },
  { kind: "masking", make: () => masking(), from: [5, 2], to: [5, 2], weights: {} },
  { kind: "repeatVector", make: () => repeatVector(4), from: [2], to: [4, 2], weights: {} },
  {
    kind: "simpleRnn",
    make: () => simpleRnn(3),
    from: [5, 2],
    to: [3],
    weights: { kernel: [2, 3], recurrentKernel: [3, 3], bias: [3] },
  },
  {
    kind: "lstm",
    make: () => lstm(3, { returnSequences: true }),
    from: [5, 2],
    to: [5, 3],
    weights: { kernel: [2, 12], recurrentKernel: [3, 12], bias: [12] },
  },
  {
    kind: "gru",
    make: () => gru(3),
    from: [5, 2],
    to: [3],
    weights: { kernel: [2, 9], recurrentKernel: [3, 9], bias: [2, 9] },
  },
  {
    kind: "gru",
    make: () => gru(3, { resetAfter: false }),
    from: [5, 2],
    to: [3],
    weights: { kernel: [2, 9], recurrentKernel: [3, 9], bias: [9] },
  },
  ...(["concat", "sum", "mul", "ave"] as const).map((mergeMode): LayerCase => {
    const shapes = { kernel: [2, 3], recurrentKernel: [3, 3], bias: [3] };
    const both = ["forward", "backward"].flatMap((way) =>
      Object.entries(shapes).map(([name, shape]) => [`${way}/${name}`, shape] as const),
    );
    return {
      kind: "bidirectional",
      make: () => bidirectional(simpleRnn(3, { returnSequences: true }), { mergeMode }),
      from: [5, 2],
      to: [5, mergeMode === "concat" ? 6 : 3],
      weights: Object.fromEntries(both),
    };
  }),
  ...([true, false] as const).map(
    (returnSequences): LayerCase => ({
      kind: "dilated",
      make: () => dilated(simpleRnn(3, { returnSequences }), { rate: 2 }),
      from: [5, 2],
      to: returnSequences ? [5, 3] : [3],
      weights: { "layer/kernel": [2, 3], "layer/recurrentKernel": [3, 3], "layer/bias": [3] },
    }),
  ),
  {
    kind: "stacked",
    make: () => stacked([simpleRnn(3), gru(2)], { returnSequences: true }),
    from: [5, 2],
    to: [5, 2],
    weights: {
      "simpleRnn/kernel": [2, 3],
      "simpleRnn/recurrentKernel": [3, 3],
      "simpleRnn/bias": [3],
      "gru/kernel": [3, 6],
      "gru/recurrentKernel": [2, 6],
      "gru/bias": [2, 6],
    },
  },
  {
    kind: "timeDistributed",
    make: () => timeDistributed(dense(3)),
    from: [5, 2],
    to: [5, 3],
    weights: { "layer/kernel": [2, 3], "layer/bias": [3] },
  },
  {
    kind: "timeDistributed",
    make: () => timeDistributed(simpleRnn(3)),
    from: [4, 5, 2],
    to: [4, 3],
    weights: { "layer/kernel": [2, 3], "layer/recurrentKernel": [3, 3], "layer/bias": [3] },
  },
  {
    kind: "conv1d",
    make: () => conv1d(4, 3, { padding: "causal", dilationRate: 2, activation: "tanh" }),
    from: [6, 2],
    to: [6, 4],
    weights: { kernel: [3, 2, 4], bias: [4] },
  },
  {
    kind: "conv1d",
    make: () => conv1d(2, 2, { strides: 2, useBias: false }),
    from: [7, 17],
    to: [3, 2],
    weights: { kernel: [2, 17, 2] },
  },
  {
    kind: "tcnBlock",
    make: () => tcnBlock(2, { activation: "tanh", weightNormalization: true, kernelSize: 2 }),
    from: [5, 2],
    to: [5, 2],
    weights: { kernel1: [2, 2, 2], length1: [2], bias1: [2], kernel2: [2, 2, 2], length2: [2], bias2: [2] },
  },
  {
    kind: "tcn",
    make: () => tcn(3, { activation: "tanh", dilations: [2], kernelSize: 2 }),
    from: [5, 2],
    to: [3],
    weights: {
      "block0/kernel1": [2, 2, 3],
      "block0/bias1": [3],
      "block0/kernel2": [2, 3, 3],
      "block0/bias2": [3],
      "block0/residualKernel": [2, 3],
      "block0/residualBias": [3],
    },
  },
  { kind: "attention", make: () => attention(), inputs: 2, from: [5, 2], to: [5, 2], weights: {} },
  {
    kind: "attention",
    make: () => attention({ scoreMode: "general", useScale: true, useCausalMask: true }),
    inputs: 3,
    from: [5, 2],
    to: [5, 2],
    weights: { kernel: [2, 2], scale: [] },
  },
  {
    kind: "additiveAttention",
    make: () => additiveAttention({ units: 3 }),
    inputs: 2,
    from: [5, 2],
    to: [5, 2],
    weights: { queryKernel: [2, 3], keyKernel: [2, 3], scale: [3] },
  },
  {
    kind: "multiHeadAttention",
    make: () => multiHeadAttention(2, 3, { valueDim: 1 }),
    inputs: 2,
    from: [4, 2],
    to: [4, 2],
    weights: {
      queryKernel: [2, 2, 3],
      queryBias: [2, 3],
      keyKernel: [2, 2, 3],
      keyBias: [2, 3],
      valueKernel: [2, 2, 1],
      valueBias: [2, 1],
      outputKernel: [2, 1, 2],
      outputBias: [2],
    },
  },
  {
    kind: "multiHeadAttention",
    make: () => multiHeadAttention(1, 2, { rotary: true, useBias: false }),
    inputs: 3,
    from: [4, 2],
    to: [4, 2],
    weights: { queryKernel: [2, 1, 2], keyKernel: [2, 1, 2], valueKernel: [2, 1, 2], outputKernel: [1, 2, 2] },
  },
  {
    kind: "layerNormalization",
    make: () => layerNormalization(),
    from: [5, 3],
    to: [5, 3],
    weights: { gamma: [3], beta: [3] },
  },
  ...[
    [5, 3],
    [4, 2, 3],
  ].map(
    (shape): LayerCase => ({
      kind: "batchNormalization",
      make: () => batchNormalization({ momentum: 0.9, epsilon: 2 }),
      from: shape,
      to: shape,
      weights: { gamma: [3], beta: [3], movingMean: [3], movingVariance: [3] },
    }),
  ),
  { kind: "positionalEncoding", make: () => positionalEncoding(), from: [5, 3], to: [5, 3], weights: {} },
  {
    kind: "positionalEncoding",
    make: () => positionalEncoding({ learnedSteps: 6 }),
    from: [5, 2],
    to: [5, 2],
    weights: { embeddings: [6, 2] },
  },
  {
    kind: "transformerEncoderBlock",
    make: () => transformerEncoderBlock(2, 1, { intermediateDim: 3, activation: "tanh", useCausalMask: true }),
    from: [4, 2],
    to: [4, 2],
    weights: {
      ...ofHeads("attention"),
      ...normal("attentionNorm"),
      "intermediate/kernel": [2, 3],
      "intermediate/bias": [3],
      "output/kernel": [3, 2],
      "output/bias": [2],
      ...normal("outputNorm"),
    },
  },
  {
    kind: "transformerDecoderBlock",
    make: () => transformerDecoderBlock(2, 1, { activation: "tanh", normalizeFirst: true }),
    inputs: 2,
    from: [3, 2],
    to: [3, 2],
    weights: {
      ...ofHeads("attention"),
      ...normal("attentionNorm"),
      ...ofHeads("crossAttention"),
      ...normal("crossAttentionNorm"),
      "intermediate/kernel": [2, 8],
      "intermediate/bias": [8],
      "output/kernel": [8, 2],
      "output/bias": [2],
      ...normal("outputNorm"),
    },
  },
  {
    kind: "layerNormalization",
    make: () => layerNormalization({ center: false, scale: false, epsilon: 0.1 }),
    from: [4],
    to: [4],
    weights: {},
  },
  { kind: "rmsNormalization", make: () => rmsNormalization(), from: [5, 3], to: [5, 3], weights: { scale: [3] } },
  { kind: "gaussianNoise", make: () => gaussianNoise(0.5), from: [5, 2], to: [5, 2], weights: {} },
  { kind: "spatialDropout1d", make: () => spatialDropout1d(0.5), from: [5, 2], to: [5, 2], weights: {} },
  ...(["add", "average", "multiply"] as const).map(
    (operation): LayerCase => ({
      kind: "merge",
      make: () => merge(operation),
      inputs: 3,
      from: [5, 2],
      to: [5, 2],
      weights: {},
    }),
  ),
  {
    kind: "residual",
    make: () => residual(simpleRnn(2, { returnSequences: true })),
    from: [5, 2],
    to: [5, 2],
    weights: { "layer/kernel": [2, 2], "layer/recurrentKernel": [2, 2], "layer/bias": [2] },
  },
  {
    kind: "highway",
    make: () => highway(dense(3, { activation: "tanh" })),
    from: [3],
    to: [3],
    weights: { kernel: [3, 3], bias: [3], "layer/kernel": [3, 3], "layer/bias": [3] },
  },
  { kind: "maxPooling1d", make: () => maxPooling1d(2), from: [5, 2], to: [2, 2], weights: {} },
  {
    kind: "averagePooling1d",
    make: () => averagePooling1d(3, { strides: 2, padding: "same" }),
    from: [5, 2],
    to: [3, 2],
    weights: {},
  },
  { kind: "globalMaxPooling1d", make: () => globalMaxPooling1d(), from: [5, 2], to: [2], weights: {} },
  { kind: "globalAveragePooling1d", make: () => globalAveragePooling1d(), from: [5, 2], to: [2], weights: {} },
  { kind: "upSampling1d", make: () => upSampling1d(3), from: [4, 2], to: [12, 2], weights: {} },
];

/** What these give is another thing at each update. */
const random = ["dropout", "spatialDropout1d", "gaussianNoise"];

/** In training, what these give depends on the batch; their gradients have tests of their own. */
const ofBatches = ["batchNormalization"];

/** Cells have tests of their own; a layer of three of them is here. */
const otherCells = cells.map(({ name }) => name).filter((name) => !cases.some(({ kind }) => kind === name));

/** `concatenate` needs two inputs and has its own test. */
test("every kind of layer has its case", () => {
  expect(new Set([...cases.map(({ kind }) => kind), ...otherCells, "concatenate"])).toEqual(new Set(layerKinds));
});

describe.each(cases)("$kind from $from to $to", ({ kind, make, from, to, weights, ids, inputs = 1 }) => {
  const repeated = (x: SymbolicTensor) => Array.from({ length: inputs }, () => x);
  const dtype = ids ? "int32" : "float32";
  const x = ids
    ? { data: Int32Array.from({ length: batch * 5 }, (_, i) => (i * i) % 6), shape: [batch, ...from] }
    : waves([batch, ...from]);
  const net = () => {
    const start = input({ shape: from, dtype });
    const made = model({ inputs: start, outputs: make().apply(repeated(start)) });
    compileForGradient(made);
    setWaves(made);
    return made;
  };

  test("has the shapes that it says", async () => {
    const made = net();
    expect((await made.predict(x)).shape).toEqual([batch, ...to]);
    const named = Object.entries(weights).map(([name, shape]) => ({ name: `${kind}/${name}`, shape }));
    expect(made.getWeights().map(({ name, shape }) => ({ name, shape }))).toEqual(named);
  });

  const hasGradient = Object.keys(weights).length > 0 && !ofBatches.includes(kind);
  test.skipIf(!hasGradient)("has the gradient of finite differences", async () => {
    const made = net();
    const y = waves([batch, ...to], 3);
    const [found, expected] = [await gradientsOf(made, x, y), await differencesOf(made, [x, y])];
    for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7);
  });

  test("treats each row by itself", async () => {
    const made = net();
    const all = await made.predict(x);
    for (let row = 0; row < batch; row++) {
      expectClose((await made.predict(rowOf(x, row))).data, rowOf(all, row).data, 1e-14);
    }
  });

  // Ids have no gradient.
  test.skipIf(ids || random.includes(kind) || ofBatches.includes(kind))(
    "passes gradients on to the layer before it",
    async () => {
      const start = input({ shape: from });
      const outputs = make().apply(repeated(dense(from.at(-1)!, { activation: "tanh" }).apply(start)));
      const made = model({ inputs: start, outputs });
      compileForGradient(made);
      setWaves(made);
      const y = waves([batch, ...to], 3);
      const [found, expected] = [await gradientsOf(made, x, y), await differencesOf(made, [x, y])];
      for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7);
    },
  );

  test.skipIf(Object.keys(weights).length === 0)("keeps its weights when frozen, and lets others learn", async () => {
    const layer = make();
    layer.trainable = false;
    const start = input({ shape: from, dtype });
    const before = ids ? start : dense(from.at(-1)!, { name: "before" }).apply(start);
    const after = dense(2, { name: "after" });
    const net = model({ inputs: start, outputs: after.apply(layer.apply(repeated(before))) });
    net.compile({ loss: "meanSquaredError", optimizer: "adam", engine: "reference" });
    const numbers = () => new Map(net.getWeights().map(({ name, data }) => [name, Array.from(data)]));
    const first = numbers();
    await net.trainOnBatch(x, waves([batch, ...to.slice(0, -1), 2], 3));
    for (const [name, data] of numbers()) {
      if (name.startsWith(`${kind}/`)) expect(data, name).toEqual(first.get(name));
      else expect(data, name).not.toEqual(first.get(name));
    }

    const bytes = await net.toBytes();
    const slots = [...decodeSafetensors(bytes).tensors.keys()].filter((name) => name.startsWith("optimizer/"));
    expect(slots.filter((name) => name.includes(`/${kind}/`))).toEqual([]);
    expect(slots.length).toBeGreaterThan(0);
    const again = fromBytes(bytes, { engine: "reference" });
    expect(again.getConfig()).toEqual(net.getConfig());
    expect(again.layers.find(({ name }) => name === kind)!.layer.trainable).toBe(false);
  });

  test("is the same after saving and loading", async () => {
    const made = net();
    const again = fromBytes(await made.toBytes(), { engine: "reference" });
    expect(again.getConfig()).toEqual(made.getConfig());
    expectClose((await again.predict(x)).data, (await made.predict(x)).data, 0);
  });
});

test("concatenate puts features side by side, and passes gradients to both", async () => {
  const [a, b] = [input({ shape: [4, 2], name: "a" }), input({ shape: [4, 3], name: "b" })];
  const outputs = concatenate().apply([dense(2).apply(a), dense(1).apply(b)]);
  const net = model({ inputs: [a, b], outputs });
  compileForGradient(net);
  setWaves(net);
  const x = { a: waves([batch, 4, 2]), b: waves([batch, 4, 3], 1) };
  const y = waves([batch, 4, 3], 2);
  expect((await net.predict(x)).shape).toEqual([batch, 4, 3]);
  const [found, expected] = [await gradientsOf(net, x, y), await differencesOf(net, [x, y])];
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7);
});

test("bidirectional gives both outputs and both states when asked", async () => {
  const x = input({ shape: [5, 2] });
  const layer = bidirectional(lstm(3, { returnState: true }), { mergeMode: null });
  const net = model({ inputs: x, outputs: layer.apply(x) });
  const results = Object.values(await net.predict(waves([2, 5, 2])));
  expect(results).toHaveLength(6);
  expectClose(results[0]!.data, results[2]!.data, 0);
  expectClose(results[1]!.data, results[4]!.data, 0);
});

test("bidirectional takes both states, the forward one first", async () => {
  const x = input({ shape: [5, 2], name: "x" });
  const parts = [0, 1, 2, 3].map((i) => input({ shape: [3], name: `part ${i}` }));
  const net = model({ inputs: [x, ...parts], outputs: bidirectional(lstm(3)).apply(x, { initialState: parts }) });
  const zeros = Object.fromEntries(parts.map(({ name }) => [name!, waves([2, 3]).data.map(() => 0)]));
  const states = (changed: number) =>
    Object.fromEntries(
      Object.entries(zeros).map(([name, data], i) => [
        name,
        { data: i === changed ? data.map(() => 1) : data, shape: [2, 3] },
      ]),
    );
  const before = await net.predict({ x: waves([2, 5, 2]), ...states(-1) });
  for (const [changed, half] of [
    [1, 0],
    [3, 1],
  ] as const) {
    const after = await net.predict({ x: waves([2, 5, 2]), ...states(changed) });
    const differs = [0, 1].map((part) =>
      after.data.slice(part * 3, part * 3 + 3).some((v, i) => v !== before.data[part * 3 + i]),
    );
    expect(differs).toEqual([half === 0, half === 1]);
  }
});

test("dropout drops its share while training, and scales the rest", async () => {
  const net = sequential([dropout(0.25, { inputShape: [10_000] })]);
  compileForGradient(net, { loss: (_target, prediction) => prediction });
  const x = { data: new Float32Array(10_000).fill(1), shape: [1, 10_000] };
  const { loss } = await net.trainOnBatch(x, x);
  expect(Math.abs(loss! - 1)).toBeLessThan(0.03);
  expect((await net.predict(x)).data.every((value) => value === 1)).toBe(true);
});

test("each dropout drops something else, and each update too", async () => {
  const net = sequential([dropout(0.5, { inputShape: [10_000] }), dropout(0.5)]);
  compileForGradient(net, { loss: (_target, prediction) => mul(4, notEqual(prediction, 0)) });
  const x = { data: new Float32Array(10_000).fill(1), shape: [1, 10_000] };
  const [first, second] = [await net.trainOnBatch(x, x), await net.trainOnBatch(x, x)];
  expect(Math.abs(first.loss! - 1)).toBeLessThan(0.08);
  expect(second.loss).not.toBe(first.loss);
});

test("masks end at flatten, which counts masked steps as zeros", async () => {
  const net = sequential([masking({ maskValue: -1, inputShape: [3, 2] }), flatten()]);
  const { data } = await net.predict([
    [
      [1, 2],
      [-1, -1],
      [-1, 3],
    ],
  ]);
  expect(Array.from(data)).toEqual([1, 2, 0, 0, -1, 3]);
});
