/** What must hold for layers of sequences: masked steps, and steps that come one by one. */
import {
  averagePooling1d,
  conv1d,
  fromBytes,
  globalAveragePooling1d,
  globalMaxPooling1d,
  input,
  type Layer,
  layerNormalization,
  maxPooling1d,
  model,
  type NumericArray,
  positionalEncoding,
  sequential,
  tcn,
  tcnBlock,
  transformerEncoderBlock,
  upSampling1d,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { compileForGradient, gradientsOf, rowOf, setWaves, stepsOf, waves, withSteps } from "../support/models.ts";
import { expectClose } from "../support/numbers.ts";

const [steps, features] = [6, 2];
/** Right-padded, left-padded, with a gap, and nothing at all. */
const valid = [
  [1, 1, 1, 1, 0, 0],
  [0, 0, 1, 1, 1, 1],
  [1, 1, 0, 1, 1, 1],
  [0, 0, 0, 0, 0, 0],
];
const hidden = valid.map((row) => row.map((value) => 1 - value));
const mask: NumericArray = { data: Float32Array.from(valid.flat()), shape: [4, steps] };
const x = waves([4, steps, features]);

interface WindowCase {
  readonly name: string;
  readonly make: () => Layer;
  /** The mask that goes on, row by row; `null` where it ends. */
  readonly goesOn: readonly (readonly number[])[] | null;
  /** Whether a padded sequence gives the same as one that is not. */
  readonly isPaddingFree?: boolean;
}

const cases: readonly WindowCase[] = [
  {
    name: "conv1d valid",
    make: () => conv1d(3, 3),
    goesOn: [
      [1, 1, 0, 0],
      [0, 0, 1, 1],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ],
    isPaddingFree: true,
  },
  { name: "conv1d same", make: () => conv1d(3, 3, { padding: "same" }), goesOn: valid, isPaddingFree: true },
  {
    name: "conv1d causal",
    make: () => conv1d(3, 2, { padding: "causal", dilationRate: 2 }),
    goesOn: valid,
    isPaddingFree: true,
  },
  {
    name: "conv1d causal, strides 2",
    make: () => conv1d(3, 2, { padding: "causal", strides: 2 }),
    goesOn: valid.map((row) => [row[0]!, row[2]!, row[4]!]),
  },
  {
    name: "tcnBlock",
    make: () => tcnBlock(3, { dilationRate: 2, activation: "tanh" }),
    goesOn: valid,
    isPaddingFree: true,
  },
  {
    name: "tcn",
    make: () => tcn(3, { dilations: [1, 2], returnSequences: true, activation: "tanh" }),
    goesOn: valid,
    isPaddingFree: true,
  },
  {
    name: "tcn, last step",
    make: () => tcn(2, { dilations: [1, 2], kernelSize: 2, activation: "tanh" }),
    goesOn: null,
    isPaddingFree: true,
  },
  { name: "layerNormalization", make: layerNormalization, goesOn: valid, isPaddingFree: true },
  { name: "positionalEncoding", make: positionalEncoding, goesOn: valid, isPaddingFree: true },
  {
    name: "transformerEncoderBlock",
    make: () => transformerEncoderBlock(1, 2, { activation: "tanh" }),
    goesOn: valid,
    isPaddingFree: true,
  },
  {
    name: "maxPooling1d",
    make: () => maxPooling1d(2),
    goesOn: [
      [1, 1, 0],
      [0, 1, 1],
      [1, 1, 1],
      [0, 0, 0],
    ],
    isPaddingFree: true,
  },
  {
    name: "averagePooling1d",
    make: () => averagePooling1d(3, { strides: 2, padding: "same" }),
    goesOn: [
      [1, 1, 0],
      [1, 1, 1],
      [1, 1, 1],
      [0, 0, 0],
    ],
  },
  { name: "globalMaxPooling1d", make: globalMaxPooling1d, goesOn: null, isPaddingFree: true },
  { name: "globalAveragePooling1d", make: globalAveragePooling1d, goesOn: null, isPaddingFree: true },
  {
    name: "upSampling1d",
    make: () => upSampling1d(2),
    goesOn: valid.map((row) => row.flatMap((value) => [value, value])),
    isPaddingFree: true,
  },
];

describe.each(cases)("$name", ({ make, goesOn, isPaddingFree }) => {
  const net = () => {
    const [sequence, counts] = [
      input({ shape: [steps, features], name: "x" }),
      input({ shape: [steps], name: "mask" }),
    ];
    const first = conv1d(features, 1, { useBias: false });
    const made = model({
      inputs: [sequence, counts],
      outputs: make().apply(first.apply(sequence, { mask: counts })),
    });
    compileForGradient(made);
    setWaves(made);
    return made;
  };

  test("takes masked steps for nothing, even NaN, in values and gradients", async () => {
    const made = net();
    const [plain, spoilt] = [x, withSteps(x, hidden, Number.NaN)];
    const expected = await made.predict({ x: plain, mask });
    expectClose((await made.predict({ x: spoilt, mask })).data, expected.data, 0);
    const y = waves(expected.shape, 2);
    const [found, wanted] = [
      await gradientsOf(made, { x: spoilt, mask }, y),
      await gradientsOf(made, { x: plain, mask }, y),
    ];
    for (const [i, gradient] of found.entries()) expectClose(gradient, wanted[i]!, 0);
    expect(wanted.flatMap((gradient) => Array.from(gradient)).every(Number.isFinite)).toBe(true);
  });

  test("hands its mask to the loss", async () => {
    const made = net();
    const { shape } = await made.predict({ x, mask });
    const y = waves(shape, 2);
    const base = (await made.evaluate({ x, mask }, y)).loss;
    if (goesOn === null) return expect(shape).toEqual([4, features]);
    const width = shape[2]!;
    for (const [row, flags] of goesOn.entries()) {
      expect(flags.length).toBe(shape[1]);
      for (const [step, flag] of flags.entries()) {
        const at = (row * shape[1]! + step) * width;
        const changed = y.data.map((old, i) => (i === at ? old + 10 : old));
        const { loss } = await made.evaluate({ x, mask }, { data: changed, shape });
        expect(loss !== base, `row ${row}, step ${step}`).toBe(flag === 1);
      }
    }
  });

  test.skipIf(!isPaddingFree)("gives a padded sequence what it gives one without padding", async () => {
    const made = net();
    const all = { data: new Float32Array(4).fill(1), shape: [1, 4] };
    const flexible = () => {
      const [sequence, counts] = [
        input({ shape: [null, features], name: "x" }),
        input({ shape: [null], name: "mask" }),
      ];
      const first = conv1d(features, 1, { useBias: false });
      return model({
        inputs: [sequence, counts],
        outputs: make().apply(first.apply(sequence, { mask: counts })),
      });
    };
    const short = flexible();
    compileForGradient(short);
    short.setWeights(made.getWeights());
    const whole = rowOf(await made.predict({ x, mask }), 0);
    const part = await short.predict({ x: stepsOf(rowOf(x, 0), 0, 4), mask: all });
    const kept = goesOn === null ? part.data.length : part.shape[1]! * part.shape[2]!;
    expectClose(whole.data.slice(0, kept), part.data, 1e-13);
  });

  test("is saved with all its options", async () => {
    const made = net();
    const again = fromBytes(await made.toBytes(), { engine: "reference" });
    expectClose((await again.predict({ x, mask })).data, (await made.predict({ x, mask })).data, 0);
  });
});

describe.each(engines)("on %s", (engine) => {
  test("causal convolutions give step by step what predict gives at once", async () => {
    const net = sequential([
      conv1d(4, 3, { padding: "causal", dilationRate: 2, activation: "tanh", inputShape: [null, features] }),
      conv1d(3, 2, { padding: "causal" }),
      tcn(2, { dilations: [1, 3], returnSequences: true, kernelSize: 2 }),
      conv1d(2, 1),
    ]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    const whole = await net.predict(x);
    const stream = await net.stream({ rows: 4 });
    for (let step = 0; step < steps; step++) {
      expectClose(stream.step(stepsOf(x, step, step + 1).data), stepsOf(whole, step, step + 1).data, 1e-6);
    }
  });
});

test.each([
  conv1d(2, 2, { padding: "same" }),
  conv1d(2, 2, { padding: "causal", strides: 2 }),
  maxPooling1d(2),
  globalAveragePooling1d(),
  positionalEncoding(),
])("$kind with windows that need later steps refuses to go step by step", async (layer) => {
  const at = input({ shape: [null, 2] });
  const net = model({ inputs: at, outputs: layer.apply(at) });
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  await expect(net.stream()).rejects.toThrow("step by step");
});

test("windows that do not fit are an error that says so", async () => {
  expect(() => sequential([conv1d(2, 7, { inputShape: [6, 2] })])).toThrow("steps enough for a window");
  const net = sequential([maxPooling1d(7, { inputShape: [null, 2] })]);
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
  await expect(net.predict(x)).rejects.toThrow("window");
});
