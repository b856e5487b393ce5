import { activation, batchNormalization, model } from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { array, expectArray, expectNear, type Golden, type GoldenFile, toleranceOn } from "../support/golden.ts";
import { compileForGradients, lossAndGradients } from "../support/golden-gradients.ts";
import { asInput, asWeight, dataOf, type MakeSource, product, weightedSum } from "../support/golden-networks.ts";
import golden from "./batch-normalization.json" with { type: "json" };

interface BatchNormalizationCase {
  readonly name: string;
  readonly options: Parameters<typeof batchNormalization>[0];
  readonly x: Golden;
  readonly mask?: Golden;
  /** [gamma, beta, moving mean, moving variance] */
  readonly weights: readonly Golden[];
  readonly predicted: Golden;
  readonly lossWeights: Golden;
  readonly loss: number;
  readonly gradients: { readonly x: Golden; readonly weights: readonly Golden[] };
  /** The moving averages after the update. */
  readonly moved: readonly Golden[];
}

const { tolerance: float32, cases } = golden as unknown as GoldenFile<BatchNormalizationCase>;

function networkOf({ options, x, mask, weights }: BatchNormalizationCase, makeX: MakeSource) {
  const source = makeX("x", x);
  const masks = mask ? [asInput("mask", mask)] : [];
  const made = batchNormalization(options).apply(source.symbol, masks[0] && { mask: masks[0].symbol });
  // The layer hands its mask to the loss, but in the file masked steps count, with weight 0: all take its place.
  const axes = x.shape.slice(0, -1);
  const all = mask ? [asInput("all", { shape: axes, data: Array(product(axes)).fill(1) })] : [];
  const outputs = all[0] ? activation("linear").apply(made, { mask: all[0].symbol }) : made;
  const sources = [source, ...masks, ...all];
  const net = model({ inputs: sources.map(({ input }) => input), outputs });
  return { net, data: dataOf(sources), values: [...source.weights, ...weights] };
}

describe.each(engines)("Batch normalization is that of Keras on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases)("$name", async (golden) => {
    const { loss, lossWeights, gradients, moved, mask } = golden;
    // Keras adds 1e-7 to the number of steps that count.
    const near = engine === "reference" && mask ? { absolute: 1e-6 } : tolerance;
    for (const [makeX, expected] of [
      [asInput, gradients.weights],
      [asWeight, [gradients.x, ...gradients.weights]],
    ] as const) {
      const { net, data, values } = networkOf(golden, makeX);
      compileForGradients(net, weightedSum, engine);
      net.setWeights(values.map(array));
      expectArray(await net.predict(data), golden.predicted, near, "prediction");
      const found = await lossAndGradients(net, data, array(lossWeights));
      expectNear([found.loss], [loss], near, "loss");
      for (const [i, gradient] of expected.entries()) expectNear(found.gradients[i]!, gradient, near, `gradient ${i}`);

      await net.trainOnBatch(data, array(lossWeights));
      const averages = net.getWeights().slice(-2);
      for (const [i, average] of moved.entries()) expectArray(averages[i]!, average, near, averages[i]!.name);
      expect(averages.map(({ name }) => name)).toEqual([
        "batchNormalization/movingMean",
        "batchNormalization/movingVariance",
      ]);
    }
  });
});
