import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { type GoldenFile, toleranceOn } from "../support/golden.ts";
import { expectTraining, type TrainingCase } from "../support/golden-training.ts";
import golden from "./training.json" with { type: "json" };

const { tolerance: float32, cases: all } = golden as unknown as GoldenFile<TrainingCase>;
const [shared, ...cases] = all;

describe.each(engines)("Eight updates of each optimizer are those of Keras on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases)("$name", async (golden) => {
    await expectTraining(engine, { ...shared!, ...golden }, tolerance, tolerance);
  });
});
