import { rejectUnknown, requireChoice, requireInteger, requireNumber } from "../errors.ts";
import { cells } from "../index.ts";
import type { ForecastEvent } from "./events.ts";
import type { Architecture } from "./network.ts";

/** The recurrent cells that forecasts can be made with. */
export const cellNames = cells.map(({ name }) => name);
export type CellName = (typeof cellNames)[number];

export interface ForecastOptions {
  /** Steps to forecast. @default by the step of the series, such as 12 months, 14 days, 24 hours */
  horizon?: number;
  /** Steps per season; 1 for none. @default found in the series */
  season?: number;
  /** Steps of history that networks see. @default two seasons but at least a horizon; two horizons without season; at most 96 */
  window?: number;
  /** @default "lstm" */
  cell?: CellName;
  /** Units of each recurrent layer. @default 32 */
  units?: number;
  /** Recurrent layers. @default 1 */
  layers?: number;
  /** The most epochs per network; early stopping ends most of them before. @default 100, or 30 for long series */
  epochs?: number;
  /** Decides everything random: the same seed gives the same forecast. @default 1 */
  seed?: number;
  /** The share of future values that intervals should hold. @default 0.9 */
  coverage?: number;
  /** Is told how the work goes on. */
  onEvent?: (event: ForecastEvent) => void;
  /** Stops the work: `forecast` then throws the signal's reason. */
  signal?: AbortSignal;
}

const optionNames: readonly (keyof ForecastOptions)[] = [
  ...(["horizon", "season", "window", "cell", "units", "layers", "epochs", "seed", "coverage"] as const),
  ...(["onEvent", "signal"] as const),
];

/** What does not depend on the series. */
export interface CheckedOptions {
  architecture: Architecture;
  seed: number;
  coverage: number;
  onEvent: (event: ForecastEvent) => void;
  signal: AbortSignal | undefined;
}

/** Checks all options and fills in those that do not depend on the series. */
export function checkOptions(options: ForecastOptions): CheckedOptions {
  rejectUnknown("forecast()", options, optionNames);
  const { cell = "lstm", units = 32, layers = 1, seed = 1, coverage = 0.9, onEvent = () => {}, signal } = options;
  for (const name of ["horizon", "season", "epochs"] as const) {
    if (options[name] !== undefined) requireInteger(name, options[name], 1);
  }
  if (options.window !== undefined) requireInteger("window", options.window, 2);
  requireChoice("cell", cell, cellNames);
  requireInteger("units", units, 1);
  requireInteger("layers", layers, 1);
  requireInteger("seed", seed, 0);
  requireNumber("coverage", coverage, "between 0 and 1", (share) => share > 0 && share < 1);
  return { architecture: { cell, units, layers }, seed, coverage, onEvent, signal };
}
