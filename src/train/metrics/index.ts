/** The list of metrics, and the only one. Every loss is a metric too. */
import { type Config, fromConfig, isConfig, notA } from "../config.ts";
import { type LossName, losses, resolveLoss } from "../losses/index.ts";
import type { Loss } from "../losses/loss.ts";
import { accuracy } from "./accuracy.ts";
import { auc } from "./auc.ts";
import { customMetric } from "./custom-metric.ts";
import { f1 } from "./f1.ts";
import { lossMetric } from "./loss-metric.ts";
import { meanAbsolutePercentageError } from "./mean-absolute-percentage-error.ts";
import type { Metric, MetricFunction } from "./metric.ts";
import { perplexity } from "./perplexity.ts";
import { precision } from "./precision.ts";
import { recall } from "./recall.ts";
import { rootMeanSquaredError } from "./root-mean-squared-error.ts";
import { topKAccuracy } from "./top-k-accuracy.ts";

export const metrics = {
  accuracy,
  auc,
  f1,
  meanAbsolutePercentageError,
  perplexity,
  precision,
  recall,
  rootMeanSquaredError,
  topKAccuracy,
} as const;

export type MetricName = keyof typeof metrics | LossName;

/** Everything that a metric may be given as. */
export type MetricLike = MetricName | Config | Metric | Loss | MetricFunction;

const all: Readonly<Record<string, (options: never) => Metric>> = {
  ...Object.fromEntries(
    Object.keys(losses).map((name) => [name, (options: object) => lossMetric(resolveLoss({ ...options, name }))]),
  ),
  ...metrics,
};

/** Names of all metrics. */
export const metricNames = Object.keys(all) as readonly MetricName[];

/** The metric that a name, a config, a loss or a user's function stands for; a metric stays itself. */
export function resolveMetric(metric: MetricLike): Metric {
  if (typeof metric === "string" || isConfig(metric)) return fromConfig("metric", all, metric);
  if (typeof metric === "function") return customMetric(metric);
  if (typeof metric === "object" && metric !== null) {
    if ("sums" in metric && typeof metric.sums === "function") return metric;
    if ("values" in metric && typeof metric.values === "function") return lossMetric(metric);
  }
  throw notA("metric", "a name, a metric, a loss or a function of (target, prediction)", metric);
}
