import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { type GoldenFile, toleranceOn } from "../support/golden.ts";
import { expectTraining, type TrainingCase } from "../support/golden-training.ts";
import golden from "./penalties.json" with { type: "json" };

const { tolerance: float32, cases } = golden as unknown as GoldenFile<TrainingCase>;

describe.each(engines)("Updates with penalties and constraints are those of Keras on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases)("$name", async (golden) => {
    await expectTraining(engine, golden, tolerance, tolerance);
  });
});
