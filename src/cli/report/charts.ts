import type { ForecastResult } from "../../forecast/index.ts";

/** One line of a chart. */
export interface ChartLine {
  label: string;
  /** Which of the page's colours it has. */
  colour: "actual" | "model" | "naive" | "seasonalNaive";
  dashed?: boolean;
  values: (number | null)[];
}

/** One chart of the report, as the page's script draws it. */
export interface Chart {
  id: string;
  title: string;
  /** What the picture shows, for readers who do not see it. */
  description: string;
  /** The text below each place of the horizontal axis. */
  places: string[];
  /** Preferred distance of the axis' texts, in places. */
  season: number;
  lines: ChartLine[];
  /** The model's interval, filled between its two ends. */
  band?: { lower: (number | null)[]; upper: (number | null)[] };
  logarithmic?: boolean;
}

/** More points than any screen is wide; longer histories are thinned. */
const MOST_POINTS = 4000;
/** Seasons, or horizons where they are longer, of history before a forecast. */
const CONTEXT = 3;

/** All charts of a report: history, back-test, forecast, losses. */
export function chartsOf(result: ForecastResult): Chart[] {
  return [historyChart(result), backtestChart(result), forecastChart(result), lossChart(result)];
}

function historyChart({ target, history, season }: ForecastResult): Chart {
  const kept = thin(history.map(({ value }) => value));
  const note = kept.length < history.length ? `, thinned to ${kept.length} of ${history.length} points` : "";
  return {
    id: "history",
    title: `History of ${target}${note}`,
    description: `Line chart of all values of ${target}.`,
    places: kept.map((index) => history[index]?.time ?? ""),
    season,
    lines: [{ label: target, colour: "actual", values: kept.map((index) => known(history[index]?.value)) }],
  };
}

function backtestChart({ target, history, backtest, season, horizon }: ForecastResult): Chart {
  const before = history.slice(0, history.length - backtest.length).slice(-contextLength(season, horizon));
  const blanks = before.map(() => null);
  return {
    id: "backtest",
    title: "Back-test: forecasts of values they had not seen",
    description: "Line chart of the held-out values with the model's forecast, its interval, and two naive forecasts.",
    places: [...before, ...backtest].map(({ time }) => time),
    season,
    lines: [
      {
        label: target,
        colour: "actual",
        values: [...before.map(({ value }) => known(value)), ...backtest.map(({ actual }) => known(actual))],
      },
      { label: "model", colour: "model", values: [...blanks, ...backtest.map(({ mean }) => known(mean))] },
      {
        label: "naive",
        colour: "naive",
        dashed: true,
        values: [...blanks, ...backtest.map(({ naive }) => known(naive))],
      },
      {
        label: "seasonal naive",
        colour: "seasonalNaive",
        dashed: true,
        values: [...blanks, ...backtest.map(({ seasonalNaive }) => known(seasonalNaive))],
      },
    ],
    band: {
      lower: [...blanks, ...backtest.map(({ lower }) => known(lower))],
      upper: [...blanks, ...backtest.map(({ upper }) => known(upper))],
    },
  };
}

function forecastChart({ target, history, forecast, season, horizon }: ForecastResult): Chart {
  const before = history.slice(-contextLength(season, horizon));
  const blanks = before.map(() => null);
  const after = forecast.map(() => null);
  return {
    id: "forecast",
    title: `Forecast of the next ${horizon} steps`,
    description: `Line chart of the latest values of ${target}, then the forecast and its interval.`,
    places: [...before, ...forecast].map(({ time }) => time),
    season,
    lines: [
      { label: target, colour: "actual", values: [...before.map(({ value }) => known(value)), ...after] },
      { label: "forecast", colour: "model", values: [...blanks, ...forecast.map(({ mean }) => known(mean))] },
    ],
    band: {
      lower: [...blanks, ...forecast.map(({ lower }) => known(lower))],
      upper: [...blanks, ...forecast.map(({ upper }) => known(upper))],
    },
  };
}

/** The losses of the network that has the largest share. */
function lossChart({ curve, members }: ForecastResult): Chart {
  const [best] = members;
  const points = curve.filter(({ network }) => network === best?.network);
  return {
    id: "loss",
    title: members.length > 1 ? "Loss by epoch of the network with the largest share" : "Loss by epoch",
    description: "Line chart of training loss and validation loss over the epochs of the back-tested network.",
    places: points.map(({ epoch }) => String(epoch)),
    season: 1,
    logarithmic: points.every(({ loss, validationLoss = 1 }) => loss > 0 && validationLoss > 0),
    lines: [
      { label: "training loss", colour: "model", values: points.map(({ loss }) => known(loss)) },
      { label: "validation loss", colour: "naive", values: points.map(({ validationLoss }) => known(validationLoss)) },
    ],
  };
}

function contextLength(season: number, horizon: number): number {
  return Math.min(MOST_POINTS, CONTEXT * Math.max(season, horizon));
}

function known(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** The indices to draw: all, or the lowest and the highest value of each of many short stretches, so that peaks stay. */
function thin(values: readonly number[]): number[] {
  if (values.length <= MOST_POINTS) return [...values.keys()];
  const stretch = Math.ceil(values.length / (MOST_POINTS / 2));
  const kept: number[] = [];
  for (let start = 0; start < values.length; start += stretch) {
    let [lowest, highest] = [start, start];
    for (let index = start; index < Math.min(start + stretch, values.length); index++) {
      if ((values[index] as number) < (values[lowest] as number)) lowest = index;
      if ((values[index] as number) > (values[highest] as number)) highest = index;
    }
    kept.push(Math.min(lowest, highest));
    if (lowest !== highest) kept.push(Math.max(lowest, highest));
  }
  return kept;
}
