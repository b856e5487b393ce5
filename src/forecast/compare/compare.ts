import { type Series, seriesOf } from "../../data/index.ts";
import { selectEngine } from "../../engine/select.ts";
import { explain, FormatError } from "../../errors.ts";
import type { Anchor } from "../anchors.ts";
import { errorOf } from "../candidates.ts";
import { type Corrections, correctionsOf } from "../corrections.ts";
import { mae, naiveScale } from "../metrics.ts";
import { naive, seasonalNaive } from "../naive.ts";
import { inNetworkUnits, type NetworkSeries } from "../network-series.ts";
import { type Plan, planForecast } from "../plan.ts";
import { targetsAt } from "../samples.ts";
import { planWork, type Work } from "../work.ts";
import { countParameters, type Task } from "./architectures.ts";
import { type BaselineName, contestants } from "./contestants.ts";
import { type CompareOptions, checkCompareOptions } from "./options.ts";
import { type Errors, median, type Standing, standings, typicalError } from "./standing.ts";
import { type Budget, trainRun } from "./train-run.ts";

/** With fewer forecasts held out, their single steps stand for them where noise is judged. */
const FEW_FORECASTS = 5;

/** How one entrant did on the held-out part. */
export interface Compared {
  readonly name: string;
  readonly kind: "network" | "baseline";
  /** The lowest error is `"best"`, what is worse by no more than noise a `"draw"` with it. */
  readonly standing: Standing;
  /** Mean absolute error in the series' own unit: the median over the seeds, and that of each seed. */
  readonly mae: number;
  readonly maeOfSeeds: readonly number[];
  /** `mae` over the error that the (seasonal) naive forecast makes inside the data before the held-out part. */
  readonly mase: number;
  /** Of networks: parameters, medians of updates made and seconds that they took, bytes that one takes. */
  readonly parameters?: number;
  readonly updates?: number;
  readonly seconds?: number;
  readonly memory?: number;
}

export interface Comparison {
  readonly target: string;
  readonly steps: number;
  readonly horizon: number;
  readonly season: number;
  readonly window: number;
  /** Forecasts of `horizon` steps on the held-out part, one after the other. */
  readonly forecasts: number;
  readonly seeds: number;
  readonly budget: Budget;
  /** What parameters of all networks were to be. */
  readonly wantedParameters: number;
  /** Best first. */
  readonly entrants: readonly Compared[];
  readonly verdict: string;
  readonly notes: readonly string[];
  readonly engine: string;
}

/**
 * Trains several kinds of networks on the same windows of a series with the same budget and about as many parameters, and
 * compares their forecasts of a held-out part, beside naive ones.
 *
 * All networks, those of one's own too, read the same inputs, correct the same simple forecast, have the same optimizer
 * and keep the weights that were best on a validation part. None is tuned: the comparison tells what each is worth as it
 * comes, on this series. Each is trained with several seeds; medians count. What is worse than the best by less than two
 * standard errors, over seeds and over forecasts of the held-out part, is called a draw.
 *
 * @param data a cleaned series, or just equally spaced values, NaN where one is missing
 * @throws FormatError for a series too short. @throws OptionError for options that do not fit it. @throws ShapeError for a
 * network of one's own that makes something else than the horizon. Throws the reason of `signal` when that is aborted.
 */
export async function compare(data: Series | ArrayLike<number>, options: CompareOptions = {}): Promise<Comparison> {
  const series = "times" in data ? data : seriesOf(data);
  const checked = checkCompareOptions(options);
  const { names, networks, budget, parameters: wantedParameters, seeds, onEvent, signal } = checked;
  const plan = planForecast(series, options);
  const { horizon, season, learntSeason, window, parts } = plan;
  const network = inNetworkUnits(series, plan);
  const development = network.filledBefore(parts.development);
  const work = planWork(development, plan, undefined);
  const anchor = bestAnchor(work, development.values, network, plan);
  const shape = { window, horizon, season: learntSeason, cycles: plan.cycles };
  const corrections = correctionsOf(anchor, development, shape, work.trainingOrigins);
  const examples = corrections.examplesAt(work.trainingOrigins);
  const validation = corrections.examplesAt(work.validationOrigins);
  const notes = [
    ...series.notes,
    ...plan.notes,
    ...work.notes,
    `Every network corrects the same simple forecast: ${anchor.words}.`,
  ];

  const test = testOf(series, network, plan, corrections);
  if (test.forecasts < FEW_FORECASTS) {
    const counted = test.forecasts === 1 ? "Only one forecast is" : `Only ${test.forecasts} forecasts are`;
    notes.push(
      `${counted} held out: noise is judged by their single steps and may be larger. A longer series says more.`,
    );
  }
  onEvent({ type: "plan", notes });
  const engine = await selectEngine();
  const task: Task = { window, features: examples.x.shape[2] as number, horizon };
  const all = await contestants(names, networks, wantedParameters, task);
  const found: (Omit<Compared, "standing"> & { readonly errors: Errors })[] = [];
  for (const [index, { name, build }] of all.entries()) {
    const runs: { errors: number[]; updates: number; seconds: number; memory: number }[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      onEvent({ type: "run", name, run: index * seeds + seed, runs: all.length * seeds });
      const { batchSize } = work;
      const given = { network: build(), examples, validation, budget, batchSize, seed, engine, signal };
      const { predict, ...costs } = await trainRun(given);
      runs.push({ errors: await test.errorsOf(predict), ...costs });
    }
    found.push({
      ...entry(
        name,
        "network",
        runs.map(({ errors }) => errors),
        test.scale,
      ),
      parameters: countParameters(build()),
      updates: median(runs.map(({ updates }) => updates)),
      seconds: median(runs.map(({ seconds }) => seconds)),
      memory: runs[0]!.memory,
    });
  }
  for (const [name, errors] of await test.baselines()) found.push(entry(name, "baseline", [errors], test.scale));

  const ranks = standings(found.map(({ errors }) => errors));
  const entrants = found
    .map(({ errors: _, ...rest }, i): Compared => ({ ...rest, standing: ranks[i]! }))
    .sort((a, b) => a.mae - b.mae);
  signal?.throwIfAborted();
  return {
    ...{ target: series.name, steps: series.values.length, horizon, season, window, forecasts: test.forecasts, seeds },
    ...{ budget, wantedParameters, entrants, verdict: verdictOf(entrants), notes, engine: engine.name },
  };
}

function entry(name: string, kind: Compared["kind"], errors: Errors, scale: number) {
  const typical = typicalError(errors);
  const ofSeeds = errors.map((list) => list.reduce((sum, value) => sum + value / list.length, 0));
  return { name, kind, mae: typical, maeOfSeeds: ofSeeds, mase: scale > 0 ? typical / scale : Number.NaN, errors };
}

/** The simple forecast with the lowest error on the validation part. */
function bestAnchor(
  { anchors, validationOrigins }: Work,
  values: Float64Array,
  network: NetworkSeries,
  { horizon, learntSeason }: Plan,
): Anchor {
  const actual = targetsAt(network.values, validationOrigins, horizon);
  const errorWith = (anchor: Anchor) =>
    errorOf(
      validationOrigins.map((origin) => anchor.predict({ values, origin, horizon, season: learntSeason })),
      actual,
    );
  return anchors.reduce((best, anchor) => (errorWith(anchor) < errorWith(best) ? anchor : best));
}

/** The held-out part: one forecast after the other, each from the values before it. */
function testOf(series: Series, network: NetworkSeries, plan: Plan, corrections: Corrections) {
  const { horizon, season, parts, origins } = plan;
  const all = Array.from({ length: origins }, (_, i) => parts.development - 1 + i * horizon);
  const actualAt = (origin: number) => series.values.subarray(origin + 1, origin + 1 + horizon);
  // A forecast of steps of which none was measured says nothing.
  const counted = all.filter((origin) => actualAt(origin).some((value) => !Number.isNaN(value)));
  if (counted.length === 0) {
    const expected = `measured values in the last ${origins * horizon} steps, to compare forecasts by`;
    throw new FormatError(explain({ expected, got: "none", remedy: "use a series that goes on to its end" }));
  }
  const errorsBy = async (make: (origin: number) => Promise<ArrayLike<number>> | ArrayLike<number>) => {
    const errors: number[] = [];
    for (const origin of counted) {
      const [actual, made] = [actualAt(origin), await make(origin)];
      if (counted.length >= FEW_FORECASTS) errors.push(mae(actual, made));
      else
        errors.push(
          ...actual.map((value, step) => Math.abs(value - made[step]!)).filter((error) => !Number.isNaN(error)),
        );
    }
    return errors;
  };
  const forecast = async (origin: number, predict?: Parameters<Corrections["forecasts"]>[2]) => {
    const [made] = await corrections.forecasts(network.filledBefore(origin + 1).values, [origin], predict);
    return made!.map(network.inverse);
  };
  const history = (origin: number) => series.values.subarray(0, origin + 1);
  const seasonal = (origin: number) => seasonalNaive(history(origin), horizon, season);
  return {
    forecasts: counted.length,
    scale: naiveScale(series.values.subarray(0, parts.development), season),
    errorsOf: (predict: Parameters<Corrections["forecasts"]>[2]) => errorsBy((origin) => forecast(origin, predict)),
    baselines: async (): Promise<[BaselineName, number[]][]> => [
      ["naive", await errorsBy((origin) => naive(history(origin), horizon))],
      ...(season > 1 ? [["seasonalNaive", await errorsBy(seasonal)] satisfies [BaselineName, number[]]] : []),
      ["simpleForecast", await errorsBy((origin) => forecast(origin))],
    ],
  };
}

/** What the table says, in a sentence or two. */
function verdictOf(entrants: readonly Compared[]): string {
  const [best] = entrants as readonly [Compared, ...Compared[]];
  const draws = entrants.filter(({ standing }) => standing === "draw").map(({ name }) => name);
  const rest =
    draws.length === 0
      ? "by more than noise"
      : draws.length === entrants.length - 1
        ? "but all others are within noise of it: a draw"
        : `but ${list(draws)} ${draws.length === 1 ? "is" : "are"} within noise of it: a draw`;
  const first = `${best.name} has the lowest error on the held-out data, ${rest}.`;
  const baseline = entrants.find(({ kind }) => kind === "baseline")!;
  if (baseline.standing === "worse") return `${first} It beats every forecast without a network by more than noise.`;
  return `${first} No network beats the forecast without one (${baseline.name}) by more than noise.`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
