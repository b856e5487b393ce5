import {
  activation,
  additiveAttention,
  attending,
  attention,
  type EngineName,
  gru,
  input,
  type Layer,
  model,
  multiHeadAttention,
  type SymbolicTensor,
  transformerDecoderBlock,
  transformerEncoderBlock,
} from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { array, expectArray, expectNear, type Golden, type GoldenFile, toleranceOn } from "../support/golden.ts";
import { compileForGradients, lossAndGradients } from "../support/golden-gradients.ts";
import type { GoldenLayer } from "../support/golden-layers.ts";
import { asInput, asWeight, dataOf, type MakeSource, weightedSum } from "../support/golden-networks.ts";
import ofEquations from "./attending.json" with { type: "json" };
import ofKeras from "./attention.json" with { type: "json" };
import ofRotations from "./rotary.json" with { type: "json" };
import ofPyTorch from "./transformer.json" with { type: "json" };

interface AttentionCase {
  readonly name: string;
  readonly layer: GoldenLayer;
  readonly sources: readonly Golden[];
  /** Which sources are query, value and perhaps key. */
  readonly uses: readonly number[];
  /** Of query and value. */
  readonly masks?: readonly (Golden | null)[];
  readonly weights: readonly Golden[];
  /** Of attention also the scores. */
  readonly outputs: readonly [Golden, Golden?];
  readonly lossWeights: Golden;
  /** By the sources, then by the weights. */
  readonly gradients: readonly Golden[];
}

const files = [ofKeras, ofPyTorch, ofRotations, ofEquations] as unknown as readonly GoldenFile<AttentionCase>[];
const cases = files.flatMap((file) => file.cases.map((golden) => ({ ...golden, float32: file.tolerance })));

const lists = { returnAttentionScores: true } as const;

function layerOf({ type, numHeads, keyDim, ...options }: GoldenLayer): Layer<SymbolicTensor[]> {
  if (type === "attention") return attention({ ...options, ...lists });
  if (type === "additiveAttention") return additiveAttention({ ...options, ...lists });
  if (type === "attending") {
    const { units, ...given } = options;
    return attending(gru(units as number, { returnSequences: true }), given) as Layer<unknown> as Layer<
      SymbolicTensor[]
    >;
  }
  const block = { transformerEncoderBlock, transformerDecoderBlock }[type];
  if (block) return block(numHeads as number, keyDim as number, options) as Layer<unknown> as Layer<SymbolicTensor[]>;
  return multiHeadAttention(numHeads as number, keyDim as number, { ...options, ...lists });
}

/** The inputs of a case, its outputs, and what the weights of the model have to be. */
function join(golden: AttentionCase, make: MakeSource) {
  const sources = golden.sources.map((values, i) => make(`source ${i}`, values));
  const masks = (golden.masks ?? []).map((values, i) => values && asInput(`mask ${i}`, values));
  const given = golden.uses.map((use, i) => {
    const mask = masks[i];
    const { symbol } = sources[use]!;
    return mask ? activation("linear").apply(symbol, { mask: mask.symbol }) : symbol;
  });
  const [output, scores] = [layerOf(golden.layer).apply(given)].flat() as [SymbolicTensor, SymbolicTensor?];
  const all = [...sources, ...masks.flatMap((mask) => mask ?? [])];
  return { output, scores, all, weights: [...sources.flatMap(({ weights }) => weights), ...golden.weights] };
}

/** The scores of a case. Steps of the query that do not count have none here; Keras gives them some. */
function looked(scores: Golden, { masks }: AttentionCase): Golden {
  const mask = masks?.[0];
  if (mask == null) return scores;
  const width = scores.shape.at(-1)!;
  return { ...scores, data: scores.data.map((value, i) => value * mask.data[Math.floor(i / width)]!) };
}

async function outputsOf(engine: EngineName, golden: AttentionCase) {
  const { output, scores, all, weights } = join(golden, asInput);
  const net = model({ inputs: all.map((source) => source.input), outputs: { output, ...(scores && { scores }) } });
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
  net.setWeights(weights.map(array));
  return await net.predict(dataOf(all));
}

async function gradientsOf(engine: EngineName, golden: AttentionCase) {
  const { output, all, weights } = join(golden, asWeight);
  // The output hands its mask to the loss, but in the file masked steps count.
  const counts = input({ name: "counts", shape: golden.lossWeights.shape.slice(1, 2) });
  const inputs = [...all.map((source) => source.input), counts];
  const net = model({ inputs, outputs: activation("linear").apply(output, { mask: counts }) });
  compileForGradients(net, weightedSum, engine);
  net.setWeights(weights.map(array));
  const shape = golden.lossWeights.shape.slice(0, 2);
  const ones = new Float32Array(shape[0]! * shape[1]!).fill(1);
  return await lossAndGradients(net, { ...dataOf(all), counts: { data: ones, shape } }, array(golden.lossWeights));
}

describe.each(engines)("Attention is that of Keras, blocks are those of PyTorch, on %s", (engine) => {
  test.each(cases)("$name", async ({ float32, ...golden }) => {
    const tolerance = toleranceOn(engine, float32);
    const { output, scores } = await outputsOf(engine, golden);
    expectArray(output!, golden.outputs[0], tolerance, "output");
    const [, expected] = golden.outputs;
    if (expected) expectArray(scores!, looked(expected, golden), tolerance, "scores");
    const { gradients } = await gradientsOf(engine, golden);
    expect(gradients.length).toBe(golden.gradients.length);
    for (const [i, gradient] of gradients.entries()) {
      expectNear(gradient, golden.gradients[i]!, tolerance, `gradient ${i}`);
    }
  });
});
