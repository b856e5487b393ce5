/** Losses, their weights, masks and gradients against Keras. */
import { describe, expect, test } from "vitest";
import further from "../../../test/parity/further-losses.json" with { type: "json" };
import golden from "../../../test/parity/losses.json" with { type: "json" };
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import { constant, gradients, input, toFloat } from "../../graph/index.ts";
import { resolveLoss } from "./index.ts";
import { weightedLoss } from "./weighted-loss.ts";

interface Numbers {
  shape: number[];
  data: number[];
}

interface Case {
  name: string;
  loss: string;
  options: { fromLogits?: boolean; labelSmoothing?: number; delta?: number };
  yTrue: Numbers;
  yPred: Numbers;
  sampleWeight?: Numbers;
  mask?: Numbers;
  value: number;
  gradient: Numbers;
}

const tensor = ({ data, shape }: Numbers, dtype?: "int32") => constant(data, shape, dtype);

async function valueAndGradient({ loss: name, options, yTrue, yPred, sampleWeight, mask }: Case, ofLogits: boolean) {
  const loss = resolveLoss({ name, ...options });
  const prediction = input("prediction", yPred.shape);
  const values = ofLogits ? loss.logits!.values : loss.values;
  const scalar = weightedLoss(values, tensor(yTrue, loss.targetDType === "int32" ? "int32" : undefined), prediction, {
    ...(sampleWeight && { sampleWeight: tensor(sampleWeight) }),
    ...(mask && { mask: tensor(mask) }),
  });
  const outputs = [toFloat(scalar), ...gradients(scalar, [prediction])];
  const prepared = new Session(referenceEngine()).prepare({ inputs: [prediction], outputs, updates: [] });
  const [value, gradient] = await prepared.run([yPred.data]);
  return { value: value![0]!, gradient: Array.from(gradient!) };
}

/** Nine significant digits are written down. */
function expectNear(found: number, expected: number): void {
  const scale = Math.max(1, Math.abs(expected));
  expect(found / scale).toBeCloseTo(expected / scale, 7);
}

describe("Keras", () => {
  test.each([...golden.cases, ...further.cases] as unknown as Case[])("$name", async (given) => {
    const found = await valueAndGradient(given, false);
    expectNear(found.value, given.value);
    for (const [i, expected] of given.gradient.data.entries()) expectNear(found.gradient[i]!, expected);
  });

  const fromLogits = (golden.cases as unknown as Case[]).filter(({ options }) => options.fromLogits);
  test.each(fromLogits)("$name, inside of the loss", async ({ options: { fromLogits, ...options }, ...given }) => {
    expect(fromLogits).toBe(true);
    const found = await valueAndGradient({ ...given, options }, true);
    expectNear(found.value, given.value);
    for (const [i, expected] of given.gradient.data.entries()) expectNear(found.gradient[i]!, expected);
  });
});
