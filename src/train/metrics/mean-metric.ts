import { toFloat } from "../../graph/index.ts";
import { weightedSums } from "../weighting.ts";
import type { Metric, MetricFunction } from "./metric.ts";

/** The weighted mean of `values` over all counted entries of all batches; 0 when nothing was counted. */
export function meanMetric({ values, ...named }: Omit<Metric, "sums" | "finish"> & { values: MetricFunction }): Metric {
  return {
    ...named,
    sums: (target, prediction, weighting) => weightedSums(values(toFloat(target), prediction), weighting),
    finish: meanOf,
  };
}

/** The mean of the sums [Σ weight·value, Σ weight]. */
export function meanOf(sums: ArrayLike<number>): number {
  return sums[1] === 0 ? 0 : sums[0]! / sums[1]!;
}
