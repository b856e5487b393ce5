import { frequencyName, type Series, seriesOf, timeLabel } from "../data/index.ts";
import { chooseMembers, inOwnUnits, judgeOnTest, nextLabels } from "./backtest.ts";
import { predictMean } from "./candidates.ts";
import { conformalIntervals } from "./intervals.ts";
import { describeMethod } from "./method.ts";
import { inNetworkUnits } from "./network-series.ts";
import { checkOptions, type ForecastOptions } from "./options.ts";
import { planForecast } from "./plan.ts";
import type { ForecastResult } from "./result.ts";
import { Team } from "./team.ts";
import { judge } from "./verdict.ts";
import { planWork } from "./work.ts";

/**
 * Forecasts a series with recurrent networks, and judges them on held-out data against naive forecasts.
 *
 * The series is cut in three: networks train on the first part, stop early by the second, and are judged once on the
 * third, where the naive forecasts are judged too. Each network corrects a simple forecast (its anchor); the best few by
 * validation make the forecast together. New ones are then trained on all data, for as many epochs as proved best, to
 * forecast what comes next.
 *
 * @param data a cleaned series, or just equally spaced values, NaN where one is missing
 * @throws FormatError for a series too short. @throws OptionError for options that do not fit it. Throws the reason of
 * `signal` when that is aborted.
 */
export async function forecast(
  data: Series | ArrayLike<number>,
  options: ForecastOptions = {},
): Promise<ForecastResult> {
  const began = performance.now();
  const series = "times" in data ? data : seriesOf(data);
  const { architecture, seed, coverage, onEvent, signal } = checkOptions(options);
  const plan = planForecast(series, options);
  const { horizon, season } = plan;
  const network = inNetworkUnits(series, plan);
  const development = network.filledBefore(plan.parts.development);
  const work = planWork(development, plan, options.epochs);
  const notes = [...series.notes, ...plan.notes, ...work.notes];
  onEvent({ type: "plan", notes });

  const team = new Team({ plan, work, architecture, seed, signal, onEvent }, 2 * work.anchors.length);
  const candidates = await team.audition(development);
  const members = await chooseMembers(candidates, network, plan, work.validationOrigins);
  const backtest = await judgeOnTest(members, series, network, plan, work.validationOrigins, coverage);

  const all = network.filledBefore(series.values.length);
  const final = await team.retrain(members, all);
  const [mean = new Float64Array(horizon)] = await predictMean(final, all.values, [series.values.length - 1]);
  const ahead = inOwnUnits(
    mean,
    conformalIntervals(backtest.errors, { horizon, coverage, apart: backtest.apart }),
    network,
  );
  const labels = nextLabels(series, horizon);
  signal?.throwIfAborted();
  return {
    target: series.name,
    rows: series.rows,
    steps: series.values.length,
    ...{ horizon, season, step: frequencyName(series.frequency), coverage },
    settings: { ...architecture, window: plan.window, epochs: work.epochs, seed, networks: members.length },
    method: describeMethod({ plan, work, architecture, series: network, members, backtest, coverage }),
    metrics: backtest.metrics,
    verdict: judge(backtest.metrics, season),
    held: backtest.held,
    backtest: backtest.points,
    forecast: ahead.map((point, step) => ({ time: labels[step] as string, ...point })),
    history: Array.from(series.values, (value, at) => ({ time: timeLabel(series, series.times[at] as number), value })),
    curve: team.curve,
    members: members.map(({ candidate: { run, anchor }, share }) => ({
      network: run,
      startsFrom: anchor.words,
      share,
    })),
    notes,
    engine: candidates[0]?.network.engine ?? "none",
    seconds: (performance.now() - began) / 1000,
  };
}
