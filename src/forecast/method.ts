import type { Backtest } from "./backtest.ts";
import type { Member } from "./candidates.ts";
import type { Architecture } from "./network.ts";
import type { NetworkSeries } from "./network-series.ts";
import type { Plan } from "./plan.ts";
import type { Work } from "./work.ts";

export interface Method {
  plan: Plan;
  work: Work;
  architecture: Architecture;
  series: NetworkSeries;
  members: readonly Member[];
  backtest: Backtest;
  coverage: number;
}

/** How a forecast was made, for its reader. */
export function describeMethod({ plan, work, architecture, series, members, backtest, coverage }: Method): string[] {
  const { horizon, window, origins, parts } = plan;
  const { cell, units, layers } = architecture;
  const stack = layers === 1 ? "one recurrent layer" : `${layers} recurrent layers`;
  const kept = members.map(({ candidate }) => candidate);
  const one = kept.length === 1;
  const sentences = [
    `Networks of ${stack} (${cell}, ${units} units) read ${window} steps and answer with all ${horizon} steps of the ` +
      "horizon at once. Each corrects a simple forecast of its own.",
    `${work.anchors.length} networks were trained on the first ${parts.training} steps, each until its loss on the ` +
      `${parts.development - parts.training} steps after them no longer fell. By their errors on these steps, ` +
      `${one ? "one was" : `${kept.length} were`} kept. ${one ? "It starts" : "They start"} from ${listMembers(members)}.` +
      (one ? "" : " The forecast is their weighted mean."),
    `The back-test is ${origins === 1 ? "one forecast" : `${origins} forecasts`} of ${horizon} steps on the last ` +
      `${origins * horizon} steps. Neither training nor any choice between networks had seen them.`,
    "The networks of the final forecast were trained anew on all steps, for the number of epochs that had been best.",
    `Intervals are split-conformal with a nominal coverage of ${Math.round(coverage * 100)} %: those of the back-test from ` +
      `the errors of ${backtest.calibration} validation forecasts, those of the forecast from the back-test's errors too. ` +
      "These forecasts overlap, so the coverage is not guaranteed.",
  ];
  const silent = kept.filter(({ corrects }) => !corrects);
  if (silent.length > 0) {
    const names = silent.map(({ anchor }) => anchor.words).join("; ");
    const all = silent.length === kept.length ? "No network improved" : "Some networks did not improve";
    sentences.push(`${all} on the simple forecast on validation data, which therefore stands alone: ${names}.`);
  }
  if (series.logarithmic) sentences.push("Networks see logarithms, because the series' swings grow with its level.");
  if (series.nonNegative) sentences.push("No value is below 0, so forecasts are cut off there.");
  return sentences;
}

function listMembers(members: readonly Member[]): string {
  if (members.length === 1) return members[0]?.candidate.anchor.words ?? "";
  return members.map(({ candidate, share }) => `${candidate.anchor.words} (${Math.round(100 * share)} %)`).join("; ");
}
