import { type ActivationName, activation, activationNames, embedding, input, model, mul, sequential } from "rondo";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { array, expectArray, expectNear, type Golden, type GoldenFile, toleranceOn } from "../support/golden.ts";
import { compileForGradients, lossAndGradients } from "../support/golden-gradients.ts";
import golden from "./activations.json" with { type: "json" };

interface ActivationCase {
  readonly name: string;
  readonly x: Golden;
  readonly y: Golden;
  /** The loss is Σ y · lossWeights. */
  readonly lossWeights: Golden;
  readonly dx: Golden;
}

const { tolerance: float32, cases } = golden as unknown as GoldenFile<ActivationCase>;
const names: readonly string[] = activationNames;

test("Of the activations of Keras in the file only gelu is missing", () => {
  expect(cases.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual(["gelu"]);
});

describe.each(engines)("Activations are those of Keras on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases.filter(({ name }) => names.includes(name)))("$name", async ({ name, x, y, lossWeights, dx }) => {
    const [rows, width] = x.shape as readonly [number, number];
    const values = sequential([activation(name as ActivationName, { inputShape: [width] })]);
    values.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
    expectArray(await values.predict(array(x)), y, tolerance, "y");

    // The rows of a table are the x here, so that they have a gradient.
    const ids = input({ shape: [], dtype: "int32" });
    const looked = embedding(rows, width).apply(ids);
    const net = model({ inputs: ids, outputs: activation(name as ActivationName).apply(looked) });
    compileForGradients(net, (weights, output) => mul(mul(weights, output), output.size), engine);
    net.setWeights([array(x)]);
    const numbers = Int32Array.from({ length: rows }, (_, row) => row);
    const { gradients } = await lossAndGradients(net, numbers, array(lossWeights));
    expectNear(gradients[0]!, dx, tolerance, "dx");
  });
});
