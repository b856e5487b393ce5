/** Runs the golden cases that put layers together: their outputs, and the gradients of Σ output · weights. */
import {
  type ApplyOptions,
  activation,
  type EngineName,
  embedding,
  input,
  type Layer,
  type LossFunction,
  model,
  mul,
  type NumericArray,
  type SymbolicTensor,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "./engines.ts";
import { array, expectArray, expectNear, type Golden, type GoldenFile, toleranceOn } from "./golden.ts";
import { compileForGradients, lossAndGradients } from "./golden-gradients.ts";
import { type GoldenLayer, layerOf } from "./golden-layers.ts";

export interface NetworkCase {
  readonly name: string;
  readonly layers: readonly GoldenLayer[];
  readonly x: Golden;
  /** What the first layer takes beside x. */
  readonly further?: readonly Golden[];
  /** 1 where x is missing. */
  readonly missing?: Golden;
  /** [batch, time], for the first layer. */
  readonly mask?: Golden;
  /** For the first layer. */
  readonly initialState?: readonly Golden[];
  readonly weights: readonly Golden[];
  readonly outputs: readonly Golden[];
  /** The loss is Σ outputs[0] · lossWeights. */
  readonly lossWeights: Golden;
  readonly gradients: {
    readonly x?: Golden;
    readonly further?: readonly Golden[];
    readonly initialState?: readonly Golden[];
    readonly weights: readonly Golden[];
  };
}

/** Numbers of a case on their way into a model. */
export interface Source {
  /** The input of the model, and what it is given. */
  readonly input: SymbolicTensor;
  readonly data: NumericArray;
  /** The numbers inside of the model. */
  readonly symbol: SymbolicTensor;
  /** What the weights of the model have to be that these numbers come from. */
  readonly weights: readonly Golden[];
}

export type MakeSource = (name: string, values: Golden) => Source;

/** Numbers as an input. */
export const asInput: MakeSource = (name, values) => {
  const symbol = input({ name, shape: values.shape.slice(1) });
  return { input: symbol, data: array(values), symbol, weights: [] };
};

/** Whole numbers as an input. */
const asIds: MakeSource = (name, values) => {
  const symbol = input({ name, shape: values.shape.slice(1), dtype: "int32" });
  return { input: symbol, data: array(values), symbol, weights: [] };
};

/** Numbers as a weight, so that they have a gradient: a table whose rows are looked up one after the other. */
export const asWeight: MakeSource = (name, { shape, data }) => {
  const [axes, width] = [shape.slice(0, -1), shape.at(-1)!];
  const rows = product(axes);
  const ids = input({ name, shape: axes.slice(1), dtype: "int32" });
  return {
    input: ids,
    data: { shape: axes, data: Int32Array.from({ length: rows }, (_, row) => row) },
    symbol: embedding(rows, width).apply(ids),
    weights: [{ shape: [rows, width], data }],
  };
};

/** The mean that a loss is, over all values, becomes their sum. */
export const weightedSum: LossFunction = (weights, output) => mul(mul(weights, output), output.size);

/** The layers of a case, applied to its x, states and mask. */
function join(golden: NetworkCase, makeX: MakeSource, makeState: MakeSource) {
  const isMissing = (i: number) => golden.missing?.data[i] === 1;
  const x = makeX("x", { ...golden.x, data: golden.x.data.map((value, i) => (isMissing(i) ? Number.NaN : value)) });
  const further = (golden.further ?? []).map((values, i) => makeState(`further ${i}`, values));
  const states = (golden.initialState ?? []).map((values, i) => makeState(`state ${i}`, values));
  const masks = golden.mask ? [asInput("mask", golden.mask)] : [];
  const options = {
    ...(states.length > 0 && { initialState: states.map(({ symbol }) => symbol) }),
    ...(masks.length > 0 && { mask: masks[0]!.symbol }),
  };
  const outputsOf = (layer: Layer<unknown>, from: SymbolicTensor | readonly SymbolicTensor[], how?: ApplyOptions) =>
    [layer.apply(from, how)].flat() as [SymbolicTensor, ...SymbolicTensor[]];
  const [first, ...others] = golden.layers.map(layerOf);
  let outputs = outputsOf(
    first!,
    [x, ...further].map(({ symbol }) => symbol),
    options,
  );
  for (const layer of others) outputs = outputsOf(layer, outputs[0]);
  return { outputs, sources: [x, ...further, ...states, ...masks] };
}

/** What all layers give, in order. */
async function outputsOf(engine: EngineName, golden: NetworkCase, makeX: MakeSource) {
  const { outputs, sources } = join(golden, makeX, asInput);
  const net = model({
    inputs: sources.map((source) => source.input),
    outputs: Object.fromEntries(outputs.map((output, i) => [`output ${i}`, output])),
  });
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
  net.setWeights(golden.weights.map(array));
  return Object.values(await net.predict(dataOf(sources)));
}

/** The loss and its gradients, by the sources that are weights and by the weights of the case. */
async function trainOnce(engine: EngineName, golden: NetworkCase, makeX: MakeSource, makeState: MakeSource) {
  const { outputs, sources } = join(golden, makeX, makeState);
  // Layers hand their mask to the loss, but in the files masked steps count: a mask of ones takes its place.
  const axes = golden.lossWeights.shape.slice(0, -1);
  const all = axes.length < 2 ? [] : [asInput("all", { shape: axes, data: Array(product(axes)).fill(1) })];
  const output = all.reduce((steps, { symbol }) => activation("linear").apply(steps, { mask: symbol }), outputs[0]);
  const net = model({ inputs: [...sources, ...all].map((source) => source.input), outputs: output });
  compileForGradients(net, weightedSum, engine);
  net.setWeights([...sources.flatMap(({ weights }) => weights), ...golden.weights].map(array));
  return await lossAndGradients(net, dataOf([...sources, ...all]), array(golden.lossWeights));
}

export function dataOf(sources: readonly Source[]) {
  return Object.fromEntries(sources.map(({ input, data }) => [input.name!, data]));
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}

/** Tests every case of a file on every engine. */
export function testNetworks({ tolerance: float32, cases }: GoldenFile<NetworkCase>): void {
  describe.each(engines)("on %s", (engine) => {
    const tolerance = toleranceOn(engine, float32);

    test.each(cases)("$name", async (golden) => {
      const { outputs, lossWeights, gradients } = golden;
      const makeX = golden.layers[0]!.type === "embedding" ? asIds : asInput;
      const made = await outputsOf(engine, golden, makeX);
      // Where a file leaves the last parts of a state out, they may be anything.
      for (const [i, output] of outputs.entries()) expectArray(made[i]!, output, tolerance, `output ${i}`);

      const loss = outputs[0]!.data.reduce((total, value, i) => total + value * lossWeights.data[i]!, 0);
      const expectGradients = async (x: MakeSource, state: MakeSource, expected: readonly Golden[]) => {
        const found = await trainOnce(engine, golden, x, state);
        expectNear([found.loss], [loss], tolerance, "loss");
        expect(found.gradients.length).toBe(expected.length);
        for (const [i, gradient] of found.gradients.entries()) {
          expectNear(gradient, expected[i]!, tolerance, `gradient ${i}`);
        }
      };
      // As users train.
      await expectGradients(makeX, asInput, gradients.weights);
      // With gradients by x and the initial state besides.
      const bySources = [gradients.x ?? [], gradients.further ?? [], gradients.initialState ?? []].flat();
      if (bySources.length === 0) return;
      await expectGradients(gradients.x ? asWeight : makeX, asWeight, [...bySources, ...gradients.weights]);
    });
  });
}
