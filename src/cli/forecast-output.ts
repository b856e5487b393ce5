import type { ForecastResult, Scores } from "../forecast/index.ts";
import { shortNumber, textTable } from "./table.ts";

/** Longer forecasts are shortened on the terminal; the files hold them whole. */
const MOST_ROWS = 24;

/** The forecast as CSV: time, mean, lower, upper. */
export function csvOf({ forecast }: ForecastResult): string {
  const rows = forecast.map(({ time, mean, lower, upper }) =>
    [time, exact(mean), exact(lower), exact(upper)].join(","),
  );
  return `${["time,mean,lower,upper", ...rows].join("\n")}\n`;
}

/** One JSON document with everything but the history and the loss curve; measures that are not defined are null. */
export function jsonOf(result: ForecastResult, files: readonly string[]): string {
  const { history: _, curve: __, forecast, backtest, ...rest } = result;
  const document = {
    ...rest,
    forecast: forecast.map((point) => rounded(point)),
    backtest: backtest.map((point) => rounded(point)),
    files,
  };
  return JSON.stringify(
    document,
    (_key, value) => (typeof value === "number" && !Number.isFinite(value) ? null : value),
    2,
  );
}

/** What a person wants to know, as text: the scores, the verdict, the forecast, where the files are. */
export function summaryOf(result: ForecastResult, files: readonly string[]): string {
  const { target, history, season, horizon, metrics, held, coverage, forecast, verdict } = result;
  const percent = Math.round(coverage * 100);
  const scores = ({ mae, rmse, smape, mase }: Scores) => [mae, rmse, smape, mase].map(shortNumber);
  const shown = forecast.slice(0, MOST_ROWS);
  const seasonal = season > 1 ? `, season of ${season} steps` : ", no season";
  return [
    `${target}: ${lengthOf(result)}, ${history[0]?.time} to ${history.at(-1)?.time}${seasonal}; horizon ${horizon}`,
    "",
    textTable(
      ["held-out forecast", "MAE", "RMSE", "sMAPE", "MASE"],
      [
        ["model", ...scores(metrics.model)],
        ["naive", ...scores(metrics.naive)],
        ["seasonal naive", ...scores(metrics.seasonalNaive)],
      ],
    ),
    `${held.inside} of ${held.of} held-out values lay inside the ${percent} % intervals.`,
    "",
    verdict.sentence,
    "",
    textTable(
      ["forecast", "mean", `lower ${percent} %`, `upper ${percent} %`],
      shown.map(({ time, mean, lower, upper }) => [time, ...[mean, lower, upper].map(shortNumber)]),
    ),
    ...(shown.length < forecast.length ? [`… ${forecast.length - shown.length} more in the files`] : []),
    "",
    `Wrote ${files.join(" and ")}`,
  ].join("\n");
}

/** "144 steps of one month". */
export function lengthOf({ steps, step }: ForecastResult): string {
  return step === "step" || step === "row" ? `${steps} ${step}s` : `${steps} steps of one ${step}`;
}

/** Ten significant digits: far more than a forecast knows, and no noise of binary fractions. */
function exact(value: number): string {
  return String(Number(value.toPrecision(10)));
}

function rounded<T extends object>(point: T): T {
  const entries = Object.entries(point).map(([key, value]) => [
    key,
    typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(10)) : value,
  ]);
  return Object.fromEntries(entries) as T;
}
