import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { type GoldenFile, type Tolerance, toleranceOn } from "../support/golden.ts";
import { expectTraining, type TrainingCase } from "../support/golden-training.ts";
import golden from "./torch-training.json" with { type: "json" };

interface TorchFile extends GoldenFile<TrainingCase> {
  readonly tolerance: Tolerance & { readonly adamFinalWeights: number };
}

const { tolerance: float32, cases } = golden as unknown as TorchFile;

/** Adam's epsilon is added elsewhere in PyTorch than in Keras and Rondo, which float64 sees, too. */
const adamLosses: Tolerance = { absolute: 3e-7 };
const adamWeights: Tolerance = { absolute: float32.adamFinalWeights };

describe.each(engines)("Eight updates of each cell are those of PyTorch on %s", (engine) => {
  const tolerance = toleranceOn(engine, float32);

  test.each(cases)("$name", async (golden) => {
    if (golden.optimizer !== "adam") return await expectTraining(engine, golden, tolerance, tolerance);
    await expectTraining(engine, golden, engine === "reference" ? adamLosses : tolerance, adamWeights);
  });
});
