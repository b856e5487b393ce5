/** What an anchor may look at: all values up to and with `origin`, none of them missing. */
export interface AnchorInput {
  values: Float64Array;
  origin: number;
  horizon: number;
  season: number;
}

/**
 * A simple forecast that a network starts from: the network learns what to add to it. Anchors carry level and season from
 * the last values to the forecast exactly, which networks do badly, above all where a series outgrows its past.
 */
export interface Anchor {
  name: string;
  /** What it repeats, to be read after "starts from". */
  words: string;
  seasonal: boolean;
  predict(input: AnchorInput): Float64Array;
}

const SMOOTHING = 0.3;
/** Seasons in a seasonal mean, and seasons (or steps, without season) in a recent mean. */
const MEAN_SEASONS = 3;
const RECENT_SEASONS = 4;
const RECENT_STEPS = 12;

/** All anchors: the only list. */
export const anchors: readonly Anchor[] = [
  {
    name: "last",
    words: "the last value",
    seasonal: false,
    predict: ({ values, origin, horizon }) => new Float64Array(horizon).fill(values[origin] as number),
  },
  {
    name: "smoothed",
    words: "an exponentially smoothed level",
    seasonal: false,
    predict({ values, origin, horizon }) {
      let level = values[0] as number;
      // Values further back have no weight left.
      for (let at = Math.max(0, origin - 50); at <= origin; at++) level += SMOOTHING * ((values[at] as number) - level);
      return new Float64Array(horizon).fill(level);
    },
  },
  {
    name: "mean",
    words: "the mean of the recent past",
    seasonal: false,
    predict({ values, origin, horizon, season }) {
      const steps = Math.min(origin + 1, recentSteps(season));
      return new Float64Array(horizon).fill(meanOf(steps, (back) => values[origin - back] as number));
    },
  },
  {
    name: "trend",
    words: "the last value plus the trend of the recent past",
    seasonal: false,
    predict({ values, origin, horizon, season }) {
      const last = values[origin] as number;
      // Whole seasons, so that the season does not look like a trend.
      const steps = Math.floor(Math.min(origin, recentSteps(season)) / season) * season;
      const slope = steps > 0 ? (last - (values[origin - steps] as number)) / steps : 0;
      return Float64Array.from({ length: horizon }, (_, step) => last + (step + 1) * slope);
    },
  },
  {
    name: "season",
    words: "the last season",
    seasonal: true,
    predict: (input) => perStep(input, (back) => input.values[back] as number),
  },
  {
    name: "seasonMean",
    words: "the mean of the last seasons",
    seasonal: true,
    predict(input) {
      const { values, season } = input;
      return perStep(input, (back) => {
        const seasons = Math.min(MEAN_SEASONS, Math.floor(back / season) + 1);
        return meanOf(seasons, (ago) => values[back - ago * season] as number);
      });
    },
  },
  {
    name: "seasonLevel",
    words: "the last season, moved to the level of the last value",
    seasonal: true,
    predict(input) {
      const { values, origin, season } = input;
      const rise = (values[origin] as number) - (values[origin - season] as number);
      return perStep(input, (back) => (values[back] as number) + rise);
    },
  },
  {
    name: "seasonGrowth",
    words: "the last season plus its mean growth on the season before",
    seasonal: true,
    predict(input) {
      const { values, origin, season } = input;
      const pairs = Math.min(season, origin - season + 1);
      const growth = meanOf(
        pairs,
        (ago) => (values[origin - ago] as number) - (values[origin - ago - season] as number),
      );
      return perStep(input, (back, seasons) => (values[back] as number) + seasons * growth);
    },
  },
];

/** The length of the recent past: some seasons, or some dozens of steps. */
function recentSteps(season: number): number {
  return RECENT_SEASONS * Math.max(season, RECENT_STEPS);
}

/** Calls `value` for every step, with the place one or more whole seasons before it that is not after the origin. */
function perStep(
  { origin, horizon, season }: AnchorInput,
  value: (back: number, seasons: number) => number,
): Float64Array {
  return Float64Array.from({ length: horizon }, (_, step) => {
    const seasons = Math.ceil((step + 1) / season);
    return value(origin + step + 1 - seasons * season, seasons);
  });
}

function meanOf(count: number, value: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += value(index);
  return sum / count;
}
