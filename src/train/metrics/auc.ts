import { rejectUnknown, requireChoice, requireInteger } from "../../errors.ts";
import { constant, less, matmul, mul, reshape, stack, sub, type Tensor, transpose } from "../../graph/index.ts";
import { alignTarget } from "../losses/align-target.ts";
import { alignClasses, oneHot } from "../losses/probability.ts";
import { guard, type Weighting } from "../weighting.ts";
import type { Metric } from "./metric.ts";
import { isBinary } from "./target-class.ts";
import { weightsOfRows } from "./weights-of-rows.ts";

export interface AucOptions {
  /** True against false positives ("roc"), or precision against recall ("pr"). @default "roc" */
  readonly curve?: "roc" | "pr";
  /** Points of the curve, at thresholds from 0 to 1 in equal steps. More are more exact. @default 200 */
  readonly thresholds?: number;
}

/** Right and wrong answers above a threshold: weighted numbers. */
interface Point {
  readonly truePositives: number;
  readonly falsePositives: number;
}

/**
 * Area under a curve of probabilities from 0 to 1: for "roc" the chance that a positive entry gets a larger one than a
 * negative entry. Targets are 0 or 1, or for several outputs class numbers; all outputs make one curve. It is drawn through
 * so many thresholds and added up as Keras does it, for "pr" by Davis & Goadrich 2006. 0 without any positive entry.
 */
export function auc(options: AucOptions = {}): Metric {
  rejectUnknown("auc()", options, ["curve", "thresholds"]);
  const { curve = "roc", thresholds = 200 } = options;
  requireChoice("curve", curve, ["roc", "pr"]);
  requireInteger("thresholds", thresholds, 2);
  // The first and the last leave nothing and everything out, whatever the predictions are.
  const levels = Array.from({ length: thresholds }, (_, i) => i / (thresholds - 1));
  levels[0] = Number.NEGATIVE_INFINITY;
  levels[thresholds - 1] = Number.POSITIVE_INFINITY;
  return {
    name: "auc",
    config: { curve, thresholds, name: "auc" },
    direction: "max",
    sums: (target, prediction, weighting) => countAbove(levels, guard(target, weighting), prediction, weighting),
    finish(sums) {
      const points = levels.map((_, i) => ({ truePositives: sums[2 * i]!, falsePositives: sums[2 * i + 1]! }));
      return curve === "roc" ? underRoc(points) : underPrecisionRecall(points);
    },
  };
}

/** True and false positives above each level, [levels, 2]. */
function countAbove(levels: readonly number[], target: Tensor, prediction: Tensor, weighting: Weighting): Tensor {
  const { outputs, weights } = weightsOfRows(prediction, weighting);
  const isOfClasses = !isBinary(prediction) && target.shape.at(-1) !== outputs;
  const is = isOfClasses ? oneHot(alignClasses(target, prediction), outputs) : alignTarget(target, prediction);
  const weighed = (x: Tensor) => reshape(mul(reshape(x, [-1, outputs]), weights), [-1]);
  const above = less(constant(levels, [levels.length]), reshape(prediction, [-1, 1]));
  return matmul(transpose(above), stack([weighed(is), weighed(sub(1, is))], 1));
}

/** Trapezoids between one point and the next. */
function underRoc(points: readonly Point[]): number {
  const all = points[0]!;
  const share = (key: keyof Point, point: Point) => ratio(point[key], all[key]);
  return sumOfSteps(points, (point, next) => {
    const width = share("falsePositives", point) - share("falsePositives", next);
    return (width * (share("truePositives", point) + share("truePositives", next))) / 2;
  });
}

/** Between points counts change in equal shares, so that precision does not change along a line. */
function underPrecisionRecall(points: readonly Point[]): number {
  const { truePositives: positives } = points[0]!;
  const called = ({ truePositives, falsePositives }: Point) => truePositives + falsePositives;
  return sumOfSteps(points, (point, next) => {
    const found = point.truePositives - next.truePositives;
    const slope = ratio(found, called(point) - called(next));
    const intercept = next.truePositives - slope * called(next);
    const growth = called(next) > 0 ? called(point) / called(next) : 1;
    return ratio(slope * (found + intercept * Math.log(growth)), positives);
  });
}

function sumOfSteps(points: readonly Point[], step: (point: Point, next: Point) => number): number {
  return points.slice(1).reduce((total, next, i) => total + step(points[i]!, next), 0);
}

function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
