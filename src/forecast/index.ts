/** Forecasts with recurrent networks, judged against naive forecasts: `import { forecast } from "rondo/forecast"`. */
export { type CleanOptions, cleanSeries, type Series, seriesOf, type Table } from "../data/index.ts";
export { type ArchitectureName, architectureNames, type Task as CompareTask } from "./compare/architectures.ts";
export { type Compared, type Comparison, compare } from "./compare/compare.ts";
export type { NetworkBuilder } from "./compare/contestants.ts";
export type { CompareEvent, CompareOptions } from "./compare/options.ts";
export type { Standing } from "./compare/standing.ts";
export type { Budget } from "./compare/train-run.ts";
export type { ForecastEvent, Run } from "./events.ts";
export { forecast } from "./forecast.ts";
export { conformalIntervals, type Intervals } from "./intervals.ts";
export { mae, mase, naiveScale, rmse, type Scores, score, smape } from "./metrics.ts";
export { naive, seasonalNaive } from "./naive.ts";
export { type CellName, cellNames, type ForecastOptions } from "./options.ts";
export type {
  BacktestPoint,
  CurvePoint,
  ForecastPoint,
  ForecastResult,
  ForecastSettings,
  Stage,
  Verdict,
} from "./result.ts";
export { findSeason } from "./season.ts";
