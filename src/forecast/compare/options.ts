import { explain, OptionError, rejectUnknown, requireInteger, requireNumber, show } from "../../errors.ts";
import { type ArchitectureName, architectureNames } from "./architectures.ts";
import type { Budget } from "./train-run.ts";

export interface CompareOptions {
  /** Networks to compare. @default all */
  only?: readonly ArchitectureName[];
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
  | { readonly type: "run"; readonly name: ArchitectureName; readonly run: number; readonly runs: number };

const optionNames: readonly (keyof CompareOptions)[] = [
  ...([
    "only",
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
  readonly budget: Budget;
  readonly parameters: number;
  readonly seeds: number;
  readonly onEvent: (event: CompareEvent) => void;
  readonly signal: AbortSignal | undefined;
}

export function checkCompareOptions(options: CompareOptions): CheckedCompareOptions {
  rejectUnknown("compare()", options, optionNames);
  const { only = architectureNames, updates, seconds, parameters = 5000, seeds = 3 } = options;
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
  const isKnown = (name: unknown) => (architectureNames as readonly unknown[]).includes(name);
  if (!Array.isArray(only) || only.length === 0 || !only.every(isKnown)) {
    const expected = `\`only\` to list some of ${architectureNames.join(", ")}`;
    throw new OptionError(explain({ expected, got: show(only) }));
  }
  const budget = seconds === undefined ? { updates: updates ?? 300 } : { seconds };
  return { names: architectureNames.filter((name) => only.includes(name)), budget, parameters, seeds, onEvent, signal };
}
