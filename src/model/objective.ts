/** What a model is compiled for: losses, their weights, metrics and the optimizer, output by output. */
import type { EngineChoice } from "../engine/select.ts";
import { explain, OptionError, rejectUnknown, requireInteger, requireNumber, show } from "../errors.ts";
import { knownCatalogue, loadCatalogue } from "../train/by-name.ts";
import type { Catalogue } from "../train/catalogue.ts";
import { isConfig } from "../train/config.ts";
import type { LossLike } from "../train/losses/index.ts";
import type { Loss } from "../train/losses/loss.ts";
import type { MetricLike } from "../train/metrics/index.ts";
import type { Metric } from "../train/metrics/metric.ts";
import type { OptimizerLike } from "../train/optimizers/index.ts";
import type { Optimizer } from "../train/optimizers/optimizer.ts";
import type { Network } from "./network.ts";

export interface CompileOptions {
  /** What training makes small: a name, a loss or a function; by output name where outputs differ. */
  readonly loss: LossLike | Readonly<Record<string, LossLike>>;
  /** How: a name or an optimizer. */
  readonly optimizer: OptimizerLike;
  /** What is measured besides; by output name where outputs differ. @default none */
  readonly metrics?: readonly MetricLike[] | Readonly<Record<string, readonly MetricLike[]>>;
  /** What each output's loss counts in the sum, by output name. @default 1 each */
  readonly lossWeights?: Readonly<Record<string, number>>;
  /** Decides on everything random: initial weights that nothing has used or set yet, and dropout. @default 0 */
  readonly seed?: number;
  /** What runs the model: a name or an engine. @default the fastest that works here, or `RONDO_ENGINE` */
  readonly engine?: EngineChoice;
}

/** What is asked of one output. */
export interface Head {
  readonly output: string;
  readonly loss: Loss;
  readonly weight: number;
  /** By history key. */
  readonly metrics: ReadonlyMap<string, Metric>;
}

export interface Objective {
  /** One for each output of the model, in order. */
  readonly heads: readonly Head[];
  readonly optimizer: Optimizer;
}

const names = ["loss", "optimizer", "metrics", "lossWeights", "seed", "engine"];

/** Options of `compile` by output, checked but for what names stand for. */
interface Request {
  readonly loss: Readonly<Record<string, LossLike>>;
  readonly metrics: Readonly<Record<string, readonly MetricLike[]>>;
  readonly lossWeights: Readonly<Record<string, number>>;
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
  { loss, metrics, lossWeights, optimizer }: Request,
  { resolveLoss, resolveMetric, resolveOptimizer }: Resolve,
): Objective {
  const heads = network.outputs.map(({ name: output }): Head => {
    const weight = lossWeights[output] ?? 1;
    requireNumber(`lossWeights.${output}`, weight, "of at least 0", (x) => x >= 0);
    const prefix = network.singleOutput ? "" : `${output}_`;
    const own = new Map<string, Metric>();
    for (const metric of (metrics[output] ?? []).map(resolveMetric)) {
      const key = `${prefix}${metric.name}`;
      if (key === "loss" || own.has(key)) {
        throw new OptionError(explain({ expected: "metrics with different names", got: `${show(key)} twice` }));
      }
      own.set(key, metric);
    }
    return { output, loss: resolveLoss(loss[output]!), weight, metrics: own };
  });
  return { heads, optimizer: resolveOptimizer(optimizer) };
}

/** What stands for losses, metrics and optimizers becomes them. */
type Resolve = Pick<Catalogue, "resolveLoss" | "resolveMetric" | "resolveOptimizer">;

const asGiven: Resolve = {
  resolveLoss: (loss) => loss as Loss,
  resolveMetric: (metric) => metric as Metric,
  resolveOptimizer: (optimizer) => optimizer as Optimizer,
};

/** Whether everything is given as what it becomes, and no list of names is needed. */
function isMade({ loss, metrics, optimizer }: Request): boolean {
  const { transformation, schedule } = Object(optimizer) as Partial<Optimizer>;
  return (
    typeof transformation === "object" &&
    schedule?.isToCome === undefined &&
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
  const { loss, optimizer, metrics = [], lossWeights = {}, seed = 0 } = options;
  requireInteger("seed", seed, 0);
  if (loss === undefined) throw new OptionError(explain({ expected: "`loss` in compile()", got: "none" }));
  const outputs = network.outputs.map(({ name }) => name);
  rejectUnknown("`lossWeights`", lossWeights, network.singleOutput ? [] : outputs);
  const measured = byOutput("metrics", outputs, metrics, Array.isArray);
  for (const list of Object.values(measured)) {
    if (!Array.isArray(list)) throw new OptionError(explain({ expected: "`metrics` to be lists", got: show(list) }));
  }
  return { loss: byOutput("loss", outputs, loss, isLoss), metrics: measured, lossWeights, optimizer };
}

function isLoss(value: unknown): value is LossLike {
  if (typeof value !== "object" || value === null) return true;
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
