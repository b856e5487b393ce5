import type { Frequency, Series } from "../data/index.ts";
import { explain, FormatError, OptionError } from "../errors.ts";
import type { ForecastOptions } from "./options.ts";
import { findSeason, naturalCycles } from "./season.ts";

/**
 * The parts of a series, as ends (exclusive) in steps: networks train on targets before `training`, stop early by targets
 * from there to `development`, and are judged by what follows.
 */
export interface Parts {
  training: number;
  development: number;
}

/** Everything that is decided before training. */
export interface Plan {
  horizon: number;
  season: number;
  /** The season that networks use: 1 where the series is too short for them to learn one. */
  learntSeason: number;
  window: number;
  /** Cycle lengths, in steps, whose phase networks see. */
  cycles: number[];
  parts: Parts;
  /** Forecasts in the back-test, each of `horizon` steps, one after the other. */
  origins: number;
  notes: string[];
}

const DAY = 86_400_000;
/** The least number of training windows, and of steps in a window. */
const LEAST_WINDOWS = 6;
const LEAST_WINDOW = 4;
/** Steps that a series must have beyond three horizons: training, validation and test targets take one each. */
const LEAST_BEYOND = LEAST_WINDOW + LEAST_WINDOWS;
const LONGEST_WINDOW = 96;
const LONGEST_HORIZON = 96;
const MOST_ORIGINS = 10;

/**
 * Chooses horizon, season, window and parts where they are not given.
 *
 * @throws FormatError for a series too short. @throws OptionError for a given horizon, season or window too long for it.
 */
export function planForecast(series: Series, options: Pick<ForecastOptions, "horizon" | "season" | "window">): Plan {
  const { values, frequency } = series;
  const notes: string[] = [];
  const measured = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  const longest = Math.floor((measured - LEAST_BEYOND) / 3);
  if (longest < 1) {
    const expected = `at least ${LEAST_BEYOND + 3} values to train, validate and test on`;
    throw new FormatError(explain({ expected, got: String(measured), remedy: "use a longer series" }));
  }
  requireAtMost("horizon", options.horizon, longest, "test, validation and training take a horizon each");
  requireAtMost("season", options.season, Math.floor(values.length / 2), "a season must occur at least twice");

  const quarter = Math.max(options.horizon ?? 0, Math.ceil(values.length / 4));
  const season = options.season ?? findSeason(values.subarray(0, values.length - quarter), frequency);
  const usual = Math.min(usualHorizon(frequency, season), Math.floor(values.length / 5));
  const horizon = options.horizon ?? Math.max(1, Math.min(usual, longest));
  const { parts, origins } = divide(values.length, horizon);

  const lastOrigin = parts.training - horizon;
  const longestWindow = Math.max(LEAST_WINDOW, lastOrigin - LEAST_WINDOWS);
  requireAtMost("window", options.window, longestWindow, `${LEAST_WINDOWS} windows must fit into the training part`);
  const learntSeason = season <= lastOrigin - LEAST_WINDOWS ? season : 1;
  if (learntSeason < season) notes.push(`The series is too short for networks to learn a season of ${season} steps.`);
  const wanted = learntSeason > 1 ? Math.max(2 * learntSeason, horizon) : 2 * horizon;
  const roomy = Math.max(LEAST_WINDOW, Math.floor(values.length / 6));
  const window = options.window ?? Math.min(Math.max(wanted, 8), LONGEST_WINDOW, roomy, longestWindow);

  const natural = naturalCycles(frequency).filter((cycle) => cycle <= parts.training / 2);
  const known = learntSeason === 1 || natural.some((cycle) => Math.round(cycle) === learntSeason);
  return {
    ...{ horizon, season, learntSeason, window, parts, origins, notes },
    cycles: known ? natural : [learntSeason, ...natural],
  };
}

/** The test part is about a tenth of the series in whole horizons, the validation part about a sixth of the rest. */
function divide(length: number, horizon: number): { parts: Parts; origins: number } {
  const origins = Math.min(MOST_ORIGINS, Math.max(1, Math.floor(length / 10 / horizon)));
  const development = length - origins * horizon;
  const overlap = Math.min(Math.max(horizon, 12), Math.floor(development / 10));
  const wanted = Math.max(Math.round(0.15 * development), horizon + overlap);
  const validation = Math.max(horizon, Math.min(wanted, Math.floor(development / 3)));
  return { parts: { training: development - validation, development }, origins };
}

/** What people usually ask for: a year of months or quarters, two weeks of days, a day of hours or minutes. */
function usualHorizon({ unit, step }: Frequency, season: number): number {
  if (unit === "month") return step === 12 ? 6 : Math.max(4, Math.round(12 / step));
  if (unit === "workingDay") return 10;
  if (unit === "milliseconds") {
    if (step >= 7 * DAY) return 13;
    return step >= DAY ? 14 : Math.min(LONGEST_HORIZON, Math.max(12, Math.round(DAY / step)));
  }
  return season > 1 ? Math.min(season, LONGEST_HORIZON) : 10;
}

function requireAtMost(name: string, given: number | undefined, most: number, reason: string): void {
  if (given === undefined || given <= most) return;
  throw new OptionError(
    explain({
      expected: `a ${name} of at most ${most} for a series of this length`,
      got: String(given),
      remedy: `shorten it or use a longer series (${reason})`,
    }),
  );
}
