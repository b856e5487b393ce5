/** What a model is compiled for: losses, their weights, metrics and the optimizer, output by output. */
import type { EngineChoice } from "../engine/select.ts";
import { explain, OptionError, rejectUnknown, requireChoice, requireInteger, show } from "../errors.ts";
import type { Computation, Tensor } from "../graph/index.ts";
import type { Balance } from "../train/balance/balance.ts";
import type { BalanceLike } from "../train/balance/index.ts";
import { onlyLoss } from "../train/balance/only-loss.ts";
import { knownCatalogue, loadCatalogue } from "../train/by-name.ts";
import type { Catalogue } from "../train/catalogue.ts";
import { isConfig } from "../train/config.ts";
import type { LossLike } from "../train/losses/index.ts";
import type { Loss } from "../train/losses/loss.ts";
import type { MetricLike } from "../train/metrics/index.ts";
import type { Metric } from "../train/metrics/metric.ts";
import type { OptimizerLike } from "../train/optimizers/index.ts";
import type { Optimizer } from "../train/optimizers/optimizer.ts";
import type { UpdateContext } from "../train/optimizers/transformation.ts";
import type { Part } from "./computations.ts";
import type { ByOutput, Prediction } from "./names.ts";
import type { Network } from "./network.ts";

/** @typeParam P what the model predicts */
export interface CompileOptions<P extends Prediction = Prediction> {
  /** What training makes small: a name, a loss or a function; by output name where outputs differ. */
  readonly loss: LossLike | ByOutput<P, LossLike>;
  /** How: a name or an optimizer. */
  readonly optimizer: OptimizerLike;
  /** What is measured besides; by output name where outputs differ. @default none */
  readonly metrics?: readonly MetricLike[] | Partial<ByOutput<P, readonly MetricLike[]>>;
  /**
   * What each output's loss counts in the sum, by output name, or how that is learned: `uncertaintyWeights()`,
   * `gradientNormWeights()`. @default 1 each
   */
  readonly lossWeights?: Partial<ByOutput<P, number>> | BalanceLike;
  /**
   * `"mask"` leaves out of an output's loss and metrics the rows (steps of sequences) whose target has a NaN, so that a
   * row may have targets for some of the outputs alone; means are over those that have one. `"propagate"` lets NaN make
   * the loss NaN. @default "propagate"
   */
  readonly missingTargets?: "mask" | "propagate";
  /** Decides on everything random: initial weights that nothing has used or set yet, and dropout. @default 0 */
  readonly seed?: number;
  /** What runs the model: a name or an engine. @default the fastest that works here, or `RONDO_ENGINE` */
  readonly engine?: EngineChoice;
}

/** What is asked of one output. */
export interface Head {
  readonly output: string;
  readonly loss: Loss;
  /** By history key. */
  readonly metrics: ReadonlyMap<string, Metric>;
}

export interface Objective {
  /** One for each output of the model, in order. */
  readonly heads: readonly Head[];
  readonly balance: JointLoss;
  readonly missingTargets: "mask" | "propagate";
  readonly optimizer: Optimizer;
  /** All that is measured besides the joint loss, by history key. */
  readonly measures: ReadonlyMap<string, Measure>;
}

/** How the losses of a network's outputs become one. */
export interface JointLoss extends Omit<Balance, "update"> {
  update?(
    tasks: Parameters<Balance["combine"]>[0],
    variables: readonly Tensor[],
    context: UpdateContext,
  ): Computation["updates"];
}

/** A number of an output that training reports. */
export interface Measure extends Pick<Metric, "finish" | "direction"> {
  /** Which output it is of. */
  readonly head: number;
  /** Its sums over one batch. @param weights what each output's loss counts in the joint one */
  sums(part: Part, weights: Tensor): Tensor;
  /** Whether it is a mean over rows, not over what counts of them. */
  readonly isOfRows?: true;
}

export type LossWeights = BalanceLike | Readonly<Record<string, number>>;
export type ResolveBalance = (given: BalanceLike) => Balance;

const names = ["loss", "optimizer", "metrics", "lossWeights", "missingTargets", "seed", "engine"];

/** Options of `compile` by output, checked but for what names stand for. */
interface Request {
  readonly loss: Readonly<Record<string, LossLike>>;
  readonly metrics: Readonly<Record<string, readonly MetricLike[]>>;
  readonly lossWeights: LossWeights;
  readonly missingTargets: "mask" | "propagate";
  readonly optimizer: OptimizerLike;
}

/**
 * Checks the options of `compile`.
 *
 * @returns a promise where names are used whose lists are not loaded yet
 */
export function resolveObjective(network: Network, options: CompileOptions): Objective | Promise<Objective> {
  const request = requestOf(network, options);
  const known = knownCatalogue();
  if (known !== undefined) return objectiveOf(network, request, known);
  if (isMade(request)) return objectiveOf(network, request, asGiven);
  return loadCatalogue().then((catalogue) => objectiveOf(network, request, catalogue));
}

/** The same at once, for those who have the lists. */
export function resolveObjectiveWith(catalogue: Catalogue, network: Network, options: CompileOptions): Objective {
  return objectiveOf(network, requestOf(network, options), catalogue);
}

function objectiveOf(
  network: Network,
  { loss, metrics, lossWeights, missingTargets, optimizer }: Request,
  { resolveLoss, resolveMetric, resolveBalance, resolveOptimizer }: Resolve,
): Objective {
  const heads = network.outputs.map(({ name: output }): Head => {
    const prefix = network.singleOutput ? "" : `${output}_`;
    const own = new Map<string, Metric>();
    for (const metric of (metrics[output] ?? []).map(resolveMetric)) {
      const key = `${prefix}${metric.name}`;
      if (metric.name === "loss" || own.has(key)) {
        throw new OptionError(explain({ expected: "metrics with different names", got: `${show(key)} twice` }));
      }
      own.set(key, metric);
    }
    return { output, loss: resolveLoss(loss[output]!), metrics: own };
  });
  const balance = network.several?.jointLoss(network, lossWeights, resolveBalance) ?? onlyLoss;
  const measures = [...(network.several?.measuresOf(heads, balance) ?? []), ...metricsOf(heads)];
  return { heads, balance, missingTargets, optimizer: resolveOptimizer(optimizer), measures: new Map(measures) };
}

function metricsOf(heads: readonly Head[]): [string, Measure][] {
  return heads.flatMap(({ metrics }, head) =>
    [...metrics].map(([key, metric]): [string, Measure] => {
      const { direction } = metric;
      return [
        key,
        {
          finish: (sums) => metric.finish(sums),
          ...(direction && { direction }),
          head,
          sums: ({ target, prediction, counting }) => metric.sums(target, prediction, counting),
        },
      ];
    }),
  );
}

/** What stands for losses, metrics and optimizers becomes them. */
type Resolve = Pick<Catalogue, "resolveLoss" | "resolveMetric" | "resolveBalance" | "resolveOptimizer">;

const asGiven: Resolve = {
  resolveLoss: (loss) => loss as Loss,
  resolveMetric: (metric) => metric as Metric,
  resolveBalance: (given) => given as Balance,
  resolveOptimizer: (optimizer) => optimizer as Optimizer,
};

/** Whether everything is given as what it becomes, and no list of names is needed. */
function isMade({ loss, metrics, lossWeights, optimizer }: Request): boolean {
  const { transformation, schedule } = Object(optimizer) as Partial<Optimizer>;
  return (
    typeof transformation === "object" &&
    !transformation.isToCome &&
    !schedule?.isToCome &&
    typeof lossWeights !== "string" &&
    !isConfig(lossWeights) &&
    Object.values(loss).every((one) => has(one, "values")) &&
    Object.values(metrics)
      .flat()
      .every((one) => has(one, "sums"))
  );
}

function has(thing: unknown, method: string): boolean {
  return typeof thing === "object" && typeof (thing as Record<string, unknown> | null)?.[method] === "function";
}

function requestOf(network: Network, options: CompileOptions): Request {
  rejectUnknown("compile()", options, names);
  const { loss, optimizer, metrics = [], lossWeights = {}, missingTargets = "propagate", seed = 0 } = options;
  requireInteger("seed", seed, 0);
  requireChoice("missingTargets", missingTargets, ["mask", "propagate"]);
  if (loss === undefined) throw new OptionError(explain({ expected: "`loss` in compile()", got: "none" }));
  if (
    !network.several &&
    (typeof lossWeights !== "object" || lossWeights === null || Object.keys(lossWeights).length > 0)
  ) {
    const expected = "a model with several outputs for `lossWeights`";
    throw new OptionError(explain({ expected, got: "one with a single output" }));
  }
  const outputs = network.outputs.map(({ name }) => name);
  const measured = byOutput<readonly MetricLike[]>(
    "metrics",
    outputs,
    metrics as readonly MetricLike[] | Readonly<Record<string, readonly MetricLike[]>>,
    Array.isArray,
  );
  for (const list of Object.values(measured)) {
    if (!Array.isArray(list)) throw new OptionError(explain({ expected: "`metrics` to be lists", got: show(list) }));
  }
  return {
    loss: byOutput<LossLike>("loss", outputs, loss, isLoss),
    metrics: measured,
    lossWeights: lossWeights as LossWeights,
    missingTargets,
    optimizer,
  };
}

function isLoss(value: unknown): value is LossLike {
  if (typeof value !== "object" || value === null) return true;
  // A list has a function `values` as a loss has.
  if (Array.isArray(value)) return false;
  return isConfig(value) || typeof (value as { values?: unknown }).values === "function";
}

/** One value for all outputs, or a record with one for each. */
function byOutput<T>(
  owner: string,
  outputs: readonly string[],
  given: T | Readonly<Record<string, T>>,
  isOne: (value: unknown) => boolean,
): Readonly<Record<string, T>> {
  if (isOne(given)) return Object.fromEntries(outputs.map((output) => [output, given as T]));
  if (typeof given !== "object" || given === null) {
    throw new OptionError(explain({ expected: `\`${owner}\` for all outputs or by output`, got: show(given) }));
  }
  const record = given as Readonly<Record<string, T>>;
  rejectUnknown(`\`${owner}\` by output`, record, outputs);
  const missing = outputs.find((output) => record[output] === undefined);
  if (missing === undefined || owner === "metrics") return record;
  throw new OptionError(explain({ expected: `\`${owner}\` for output ${show(missing)}`, got: "none" }));
}
