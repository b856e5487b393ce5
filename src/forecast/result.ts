import type { Scores } from "./metrics.ts";

export interface ForecastPoint {
  /** As the series' own file writes its times. */
  time: string;
  mean: number;
  /** The ends of the interval that should hold the actual value with probability `coverage`. */
  lower: number;
  upper: number;
}

/** One step of the back-test: what came, and what each forecast had said without knowing it. */
export interface BacktestPoint extends ForecastPoint {
  /** NaN where nothing was measured. */
  actual: number;
  naive: number;
  seasonalNaive: number;
  /** Which of the back-test's forecasts this step belongs to, from 0. */
  origin: number;
}

/** The losses after one epoch of one network. */
export interface CurvePoint {
  stage: Stage;
  /** From 1, in the order of training. Losses of different networks are in different units. */
  network: number;
  epoch: number;
  loss: number;
  /** Absent for the final networks, which train on everything. */
  validationLoss?: number;
}

/** First networks are back-tested, then new ones are trained on all data for the forecast. */
export type Stage = "backtest" | "forecast";

/** A forecast, and everything a reader needs to judge it. */
export interface ForecastResult {
  target: string;
  /** Rows of data that were given. */
  rows: number;
  /** Steps of the series, with those in its gaps. */
  steps: number;
  horizon: number;
  /** Steps per season; 1 when none was found. */
  season: number;
  /** The step of the series in words, such as "month"; "step" or "row" for a series without dates. */
  step: string;
  /** The share of future values that the intervals should hold. */
  coverage: number;
  settings: ForecastSettings;
  /** How the forecast was made, as sentences. */
  method: string[];
  metrics: { model: Scores; naive: Scores; seasonalNaive: Scores };
  verdict: Verdict;
  /** How many measured values of the back-test lay inside its intervals, and how many there were. */
  held: { inside: number; of: number };
  backtest: BacktestPoint[];
  forecast: ForecastPoint[];
  history: { time: string; value: number }[];
  curve: CurvePoint[];
  /** The networks that make the forecast, best first: the simple forecast each corrects, and its share. */
  members: { network: number; startsFrom: string; share: number }[];
  /** What cleaning and planning did and assumed, as sentences. */
  notes: string[];
  /** The name of the engine that trained. */
  engine: string;
  seconds: number;
}

export interface ForecastSettings {
  cell: string;
  units: number;
  layers: number;
  window: number;
  epochs: number;
  seed: number;
  networks: number;
}

export interface Verdict {
  /** True when the model's mean absolute error is below that of both naive forecasts. */
  beatsNaive: boolean;
  sentence: string;
}
