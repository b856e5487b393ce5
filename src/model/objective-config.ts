/** What a model was compiled for as plain data, which is saved with it. */
import { type Config, requireConfig } from "../train/config.ts";
import type { Network } from "./network.ts";
import type { CompileOptions, Head, Objective } from "./objective.ts";

/** The options of `compile` that make the same objective. */
export interface ObjectiveConfig {
  readonly loss: Readonly<Record<string, Config>>;
  readonly lossWeights: Config | Readonly<Record<string, number>>;
  readonly missingTargets: "mask" | "propagate";
  readonly metrics: Readonly<Record<string, readonly Config[]>>;
  readonly optimizer: Config;
}

/** Throws an `OptionError` where a user's function is part of the objective. */
export function objectiveConfig({ heads, balance, missingTargets, optimizer }: Objective): ObjectiveConfig {
  const each = <T>(value: (head: Head) => T) => Object.fromEntries(heads.map((head) => [head.output, value(head)]));
  return {
    loss: each(({ loss }) => requireConfig(loss, "loss")),
    lossWeights:
      balance.variables.length === 0
        ? (balance.config.weights as Readonly<Record<string, number>>)
        : requireConfig(balance, "lossWeights"),
    missingTargets,
    metrics: each(({ metrics }) => [...metrics.values()].map((metric) => requireConfig(metric, "metric"))),
    optimizer: requireConfig(optimizer, "optimizer"),
  };
}

/** The options that a saved objective stands for. */
export function objectiveOptions(network: Network, saved: ObjectiveConfig): CompileOptions {
  const { lossWeights, ...rest } = saved;
  return network.singleOutput ? rest : { ...rest, lossWeights };
}
