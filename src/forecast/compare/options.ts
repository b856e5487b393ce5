import { explain, OptionError, rejectUnknown, requireInteger, requireNumber, show } from "../../errors.ts";
import { type ArchitectureName, architectureNames } from "./architectures.ts";
import { baselineNames, type NetworkBuilder } from "./contestants.ts";
import type { Budget } from "./train-run.ts";

export interface CompareOptions {
  /** Which of Rondo's networks to compare: none is `[]`, where there are `networks`. @default all */
  only?: readonly ArchitectureName[];
  /**
   * Networks of one's own by name, beside those: each makes an untrained model that takes `[window, features]` and ends
   * with a value for each step of the horizon, `dense(horizon)`. They keep the parameters that they have. What comes out
   * corrects a simple forecast, so that Rondo's own begin with zeros: `dense(horizon, { kernelInitializer: "zeros" })`.
   *
   * `networks: { stacked: ({ window, features, horizon }) => sequential([gru(32, …), …, dense(horizon)]) }`
   */
  networks?: Readonly<Record<string, NetworkBuilder>>;
  /** Updates of each training. @default 300, unless `seconds` are given */
  updates?: number;
  /** Seconds of each training, in the place of `updates`. */
  seconds?: number;
  /** Parameters that each network is to have, as nearly as its form allows. @default 5000 */
  parameters?: number;
  /** Trainings of each network, from different first weights and in different orders. @default 3 */
  seeds?: number;
  /** Steps to forecast. @default by the step of the series */
  horizon?: number;
  /** Steps per season; 1 for none. @default found in the series */
  season?: number;
  /** Steps of history that networks see. @default as `forecast` */
  window?: number;
  /** Is told how the work goes on. */
  onEvent?: (event: CompareEvent) => void;
  /** Stops the work: `compare` then throws the signal's reason. */
  signal?: AbortSignal;
}

/** First what was found out about the data, then each training as it begins, counted from 1. */
export type CompareEvent =
  | { readonly type: "plan"; readonly notes: readonly string[] }
  | { readonly type: "run"; readonly name: string; readonly run: number; readonly runs: number };

const optionNames: readonly (keyof CompareOptions)[] = [
  ...([
    "only",
    "networks",
    "updates",
    "seconds",
    "parameters",
    "seeds",
    "horizon",
    "season",
    "window",
    "onEvent",
    "signal",
  ] as const),
];

export interface CheckedCompareOptions {
  readonly names: readonly ArchitectureName[];
  readonly networks: Readonly<Record<string, NetworkBuilder>>;
  readonly budget: Budget;
  readonly parameters: number;
  readonly seeds: number;
  readonly onEvent: (event: CompareEvent) => void;
  readonly signal: AbortSignal | undefined;
}

export function checkCompareOptions(options: CompareOptions): CheckedCompareOptions {
  rejectUnknown("compare()", options, optionNames);
  const { only = architectureNames, networks = {}, updates, seconds, parameters = 5000, seeds = 3 } = options;
  const { onEvent = () => {}, signal } = options;
  if (updates !== undefined && seconds !== undefined) {
    const expected = "a budget of `updates` or of `seconds`";
    throw new OptionError(explain({ expected, got: "both", remedy: "leave one out" }));
  }
  if (updates !== undefined) requireInteger("updates", updates, 1);
  if (seconds !== undefined) requireNumber("seconds", seconds, "above 0", (value) => value > 0);
  requireInteger("parameters", parameters, 1);
  requireInteger("seeds", seeds, 1);
  for (const name of ["horizon", "season"] as const)
    if (options[name] !== undefined) requireInteger(name, options[name], 1);
  if (options.window !== undefined) requireInteger("window", options.window, 2);
  checkNetworks(networks);
  const isKnown = (name: unknown) => (architectureNames as readonly unknown[]).includes(name);
  const isEnough = Array.isArray(only) && only.length + Object.keys(networks).length > 0;
  if (!isEnough || !only.every(isKnown)) {
    const expected = `\`only\` to list some of ${architectureNames.join(", ")}`;
    throw new OptionError(explain({ expected, got: show(only) }));
  }
  const names = architectureNames.filter((name) => only.includes(name));
  const budget = seconds === undefined ? { updates: updates ?? 300 } : { seconds };
  return { names, networks, budget, parameters, seeds, onEvent, signal };
}

function checkNetworks(networks: unknown): void {
  const isRecord = typeof networks === "object" && networks !== null && !Array.isArray(networks);
  if (!isRecord || !Object.values(networks).every((build) => typeof build === "function")) {
    const expected = "`networks` to be functions by name, each of which makes a model";
    throw new OptionError(explain({ expected, got: show(networks) }));
  }
  const taken = [...architectureNames, ...baselineNames] as readonly string[];
  const twice = Object.keys(networks).find((name) => taken.includes(name));
  if (twice === undefined) return;
  throw new OptionError(explain({ expected: `names in \`networks\` beside ${taken.join(", ")}`, got: show(twice) }));
}
