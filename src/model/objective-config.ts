/** What a model was compiled for as plain data, which is saved with it. */
import { type Config, requireConfig } from "../train/config.ts";
import type { Network } from "./network.ts";
import type { CompileOptions, Head, Objective } from "./objective.ts";

/** The options of `compile` that make the same objective. */
export interface ObjectiveConfig {
  readonly loss: Readonly<Record<string, Config>>;
  readonly lossWeights: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, readonly Config[]>>;
  readonly optimizer: Config;
}

/** Throws an `OptionError` where a user's function is part of the objective. */
export function objectiveConfig({ heads, optimizer }: Objective): ObjectiveConfig {
  const each = <T>(value: (head: Head) => T) => Object.fromEntries(heads.map((head) => [head.output, value(head)]));
  return {
    loss: each(({ loss }) => requireConfig(loss, "loss")),
    lossWeights: each(({ weight }) => weight),
    metrics: each(({ metrics }) => [...metrics.values()].map((metric) => requireConfig(metric, "metric"))),
    optimizer: requireConfig(optimizer, "optimizer"),
  };
}

/** The options that a saved objective stands for. */
export function objectiveOptions(network: Network, saved: ObjectiveConfig): CompileOptions {
  const { lossWeights, ...rest } = saved;
  return network.singleOutput ? rest : { ...rest, lossWeights };
}
