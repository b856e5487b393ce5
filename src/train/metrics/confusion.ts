/** What precision, recall and F1 have in common: counts of right and wrong answers per class. */
import { rejectUnknown, requireChoice, requireNumber } from "../../errors.ts";
import { argmax, less, mul, reshape, stack, sub, sum, type Tensor } from "../../graph/index.ts";
import type { Json } from "../config.ts";
import { alignTarget } from "../losses/align-target.ts";
import { oneHot } from "../losses/probability.ts";
import { guard, type Weighting } from "../weighting.ts";
import type { Metric } from "./metric.ts";
import { isBinary, targetClass } from "./target-class.ts";
import { weightsOfRows } from "./weights-of-rows.ts";

export interface ConfusionOptions {
  /**
   * Takes every output for a yes or no of its own, yes above this number; give it for several labels at once.
   * @default 0.5 with a single output; several outputs are classes, of which the largest is chosen
   */
  readonly threshold?: number;
  /** The mean over classes ("macro"), or one number from the counts of all classes ("micro"). @default "macro" */
  readonly average?: "macro" | "micro";
}

/** Weighted numbers of one class. */
export interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** A metric of counts: 0 for a class where `score` divides by zero. */
export function confusionMetric(name: string, options: ConfusionOptions, score: (counts: Counts) => number): Metric {
  rejectUnknown(`${name}()`, options, ["threshold", "average"]);
  const { threshold, average = "macro" } = options;
  if (threshold !== undefined) requireNumber("threshold", threshold, "", () => true);
  requireChoice("average", average, ["macro", "micro"]);
  const written: Record<string, Json> = threshold === undefined ? { average } : { average, threshold };
  const safe = (counts: Counts) => {
    const value = score(counts);
    return Number.isNaN(value) ? 0 : value;
  };
  return {
    name,
    config: { ...written, name },
    direction: "max",
    sums: (target, prediction, weighting) => countClasses(guard(target, weighting), prediction, weighting, threshold),
    finish(sums) {
      const classes = sums.length / 3;
      const perClass = Array.from({ length: classes }, (_, i) => ({
        truePositives: sums[i]!,
        falsePositives: sums[classes + i]!,
        falseNegatives: sums[2 * classes + i]!,
      }));
      if (average === "macro") return perClass.reduce((total, counts) => total + safe(counts), 0) / classes;
      const total = (key: keyof Counts) => perClass.reduce((all, counts) => all + counts[key], 0);
      return safe({
        truePositives: total("truePositives"),
        falsePositives: total("falsePositives"),
        falseNegatives: total("falseNegatives"),
      });
    },
  };
}

/** True positives, false positives and false negatives, [3, classes]. */
function countClasses(target: Tensor, prediction: Tensor, weighting: Weighting, threshold: number | undefined): Tensor {
  const eachAlone = threshold !== undefined || isBinary(prediction);
  const { outputs: classes, weights } = weightsOfRows(prediction, weighting);
  const rows = (x: Tensor) => reshape(x, [-1, classes]);
  const said = rows(eachAlone ? less(threshold ?? 0.5, prediction) : oneHot(argmax(prediction), classes));
  const is = rows(eachAlone ? alignTarget(target, prediction) : oneHot(targetClass(target, prediction), classes));
  const count = (x: Tensor) => sum(mul(weights, x), { axes: [0] });
  return stack([count(mul(said, is)), count(mul(said, sub(1, is))), count(mul(sub(1, said), is))]);
}
