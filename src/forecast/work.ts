import { type Anchor, anchors } from "./anchors.ts";
import { errorOf } from "./candidates.ts";
import type { Plan } from "./plan.ts";
import { type FilledSeries, spread, targetsAt, weightsAt } from "./samples.ts";

/** Limits of the work for long series, in steps of all training windows: more of one series say little that is new. */
const MOST_STEPS = 96_000;
const LEAST_WINDOWS = 500;
const MOST_VALIDATION_WINDOWS = 300;
/** With more steps than this in all training windows, only the best anchors get a network, which trains for fewer epochs. */
const MANY_STEPS = 30_000;
const BEST_ANCHORS = 3;

/** How much work training is given. */
export interface Work {
  trainingOrigins: number[];
  validationOrigins: number[];
  anchors: readonly Anchor[];
  epochs: number;
  patience: number;
  batchSize: number;
  notes: string[];
}

/** Chooses windows, anchors and epochs by the amount of data. Origins are the last steps of windows. */
export function planWork(series: FilledSeries, plan: Plan, epochs: number | undefined): Work {
  const { horizon, parts } = plan;
  const notes: string[] = [];
  const trainingOrigins = originsBefore(series, plan, parts.training, notes);
  const validationOrigins = measuredAt(
    series,
    horizon,
    spread(parts.training - 1, parts.development - horizon - 1, MOST_VALIDATION_WINDOWS),
  );
  const many = trainingOrigins.length * plan.window > MANY_STEPS;
  const usable = anchors.filter(({ seasonal }) => !seasonal || plan.learntSeason > 1);
  return {
    ...{ trainingOrigins, validationOrigins, notes },
    anchors: many ? bestAnchors(usable, series, plan, validationOrigins) : usable,
    epochs: epochs ?? (many ? 30 : 100),
    patience: many ? 4 : 10,
    batchSize: many ? 64 : 32,
  };
}

/** The origins of all training windows whose targets lie before `end`, thinned evenly if they are too many. */
export function originsBefore(series: FilledSeries, plan: Plan, end: number, notes?: string[]): number[] {
  const { window, learntSeason, horizon } = plan;
  const first = Math.max(window, learntSeason) - 1 + (learntSeason > 1 ? 1 : 0);
  const all = end - horizon - first;
  const most = Math.max(LEAST_WINDOWS, Math.round(MOST_STEPS / window));
  if (all > most) notes?.push(`Each network trains on ${most} of ${all} windows, evenly spread, to limit the work.`);
  return measuredAt(series, horizon, spread(first, end - horizon - 1, most));
}

/** The origins that are followed by at least one measured value. */
function measuredAt({ measured }: FilledSeries, horizon: number, origins: number[]): number[] {
  const weights = weightsAt(measured, origins, horizon);
  return origins.filter((_, index) => (weights[index] as number) > 0);
}

function bestAnchors(
  usable: readonly Anchor[],
  { values }: FilledSeries,
  { horizon, learntSeason }: Plan,
  origins: readonly number[],
): Anchor[] {
  const actual = targetsAt(values, origins, horizon);
  const errors = usable.map((anchor) => ({
    anchor,
    error: errorOf(
      origins.map((origin) => anchor.predict({ values, origin, horizon, season: learntSeason })),
      actual,
    ),
  }));
  return errors
    .sort((a, b) => a.error - b.error)
    .slice(0, BEST_ANCHORS)
    .map(({ anchor }) => anchor);
}
