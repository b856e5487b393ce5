/** What outputs with names have that a single one lacks: losses of their own in one joint loss. It comes with models of such. */
import { explain, OptionError, rejectUnknown, requireNumber } from "../errors.ts";
import { full, less, mul, reshape, split, stack, sum, type Tensor } from "../graph/index.ts";
import { type Balance, isBalance } from "../train/balance/balance.ts";
import { fixedWeights } from "../train/balance/fixed-weights.ts";
import { isConfig } from "../train/config.ts";
import { meanOf } from "../train/metrics/mean-metric.ts";
import type { Part } from "./computations.ts";
import type { Network, SeveralOutputs } from "./network.ts";
import type { Head, JointLoss, LossWeights, Measure, ResolveBalance } from "./objective.ts";
import { sharedWeights } from "./shared-weights.ts";

export const severalOutputs: SeveralOutputs = { jointLoss, measuresOf };

/** The joint loss that `lossWeights` stand for. @param resolve makes a balance of a name or a config */
function jointLoss(network: Network, given: LossWeights, resolve: ResolveBalance): JointLoss {
  const outputs = network.outputs.map(({ name }) => name);
  if (isBalance(given) || typeof given === "string" || isConfig(given)) {
    const learned = resolve(given);
    if (outputs.length >= 2) return ofNetwork(network, learned);
    throw new OptionError(explain({ expected: `a model with several outputs for ${learned.name}()`, got: "one" }));
  }
  rejectUnknown("`lossWeights`", given, outputs);
  for (const [output, weight] of Object.entries(given)) {
    requireNumber(`lossWeights.${output}`, weight, "of at least 0", (x) => x >= 0);
  }
  return fixedWeights(given);
}

/** A balance that finds the weights of layers in this network. */
function ofNetwork(network: Network, balance: Balance): JointLoss {
  const { name, config, variables } = balance;
  if (balance.update === undefined) return balance;
  const shared = (layer: string | undefined) => sharedWeights(network, name, layer);
  return {
    name,
    config,
    variables,
    combine: (...given) => balance.combine(...given),
    update: (tasks, numbers, context) => balance.update!(tasks, numbers, { ...context, shared }),
  };
}

/** Each output has a loss, and a weight of it where that is learned. */
function measuresOf(heads: readonly Head[], { variables }: JointLoss): [string, Measure][] {
  return heads.flatMap(({ output }, head): [string, Measure][] => {
    const ofRows = { finish: meanOf, head, isOfRows: true } as const;
    const loss: Measure = { ...ofRows, direction: "min", sums: (part) => overRows(part, part.loss) };
    const share = (weights: Tensor) => reshape(split(weights, heads.length, 0)[head]!, []);
    const weight: Measure = { ...ofRows, sums: (part, weights) => overRows(part, share(weights)) };
    return [
      [`${output}_loss`, loss],
      ...(variables.length > 0 ? [[`${output}_lossWeight`, weight] as [string, Measure]] : []),
    ];
  });
}

/** The sums of a mean over the rows that have a target. */
function overRows({ prediction, counting: { present } }: Part, value: Tensor): Tensor {
  const rows = prediction.shape[0]!;
  const count = present === undefined ? full([], rows) : sum(less(0, sum(reshape(present, [rows, -1]), { axes: [1] })));
  return stack([mul(value, count), count]);
}
