import type { ColumnsInput } from "../data/batches.ts";
import { explain, OptionError, rejectUnknown, requireInteger, requireNumber } from "../errors.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import type { FitOptions } from "../train/fit-options.ts";
import type { Model } from "./model.ts";
import type { Prediction, SampleWeightsOf, TargetsOf } from "./names.ts";
import type { Weighted } from "./user-data.ts";

export interface FindLearningRateOptions<W = ColumnsInput> extends Weighted<W>, Pick<FitOptions, "classWeight"> {
  /** The rate of the first update. @default 1e-6 */
  readonly from?: number;
  /** The rate of the last update. @default 1 */
  readonly to?: number;
  /** Updates between both, at rates that grow by one factor. @default 100 */
  readonly steps?: number;
  /** Share of the old mean in the smoothed loss. @default 0.9 */
  readonly smoothing?: number;
  /** Ends where the smoothed loss is that many times its least value. @default 4 */
  readonly divergence?: number;
  /** Rows of a batch. @default 32 */
  readonly batchSize?: number;
}

export interface LearningRateCurve {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  /** Exponential means of the losses, without the bias of their start. */
  readonly smoothed: readonly number[];
  /** Where the smoothed loss falls most steeply over log rate: a rate to begin with. */
  readonly suggestion: number;
  /** Whether the loss grew so much that the search ended early: with a `to` that is too small it does not. */
  readonly diverged: boolean;
}

/**
 * Searches a learning rate by training at rates that grow from update to update (Smith 2017): too small ones change
 * nothing, good ones make the loss fall steeply, too large ones make it explode. It trains the model that `make` gives,
 * compiled with a constant rate; make another one for the training itself.
 *
 * ```ts
 * const { suggestion } = await findLearningRate(() => compiled(adam()), x, y);
 * const net = compiled(adam({ learningRate: suggestion }));
 * ```
 */
export async function findLearningRate<P extends Prediction, X extends ColumnsInput>(
  make: () => Model<P, X>,
  x: X,
  y: TargetsOf<P>,
  options: FindLearningRateOptions<SampleWeightsOf<P>> = {},
): Promise<LearningRateCurve> {
  rejectUnknown("findLearningRate()", options, [
    ...["from", "to", "steps", "smoothing", "divergence", "batchSize", "sampleWeight", "classWeight"],
  ]);
  const { from = 1e-6, to = 1, steps = 100, smoothing = 0.9, divergence = 4, batchSize = 32, ...weighting } = options;
  requireNumber("from", from, "above 0", (rate) => rate > 0);
  requireNumber("to", to, "above `from`", (rate) => rate > from);
  requireInteger("steps", steps, 5);
  requireNumber("smoothing", smoothing, "of at least 0 and below 1", (share) => share >= 0 && share < 1);
  requireNumber("divergence", divergence, "above 1", (times) => times > 1);
  if (typeof make !== "function") {
    const expected = "findLearningRate() to get a function that makes a compiled model";
    throw new OptionError(explain({ expected, got: "something else" }));
  }

  const rateAt = (step: number) => from * (to / from) ** (step / (steps - 1));
  const rates: number[] = [];
  const losses: number[] = [];
  const smoothed: number[] = [];
  let mean = 0;
  let least = Number.POSITIVE_INFINITY;
  let diverged = false;
  const search: Callback = {
    name: "findLearningRate",
    onTrainBegin(_event, control) {
      control.learningRate = rateAt(0);
    },
    onBatchEnd({ batchLoss, learningRate }, control) {
      mean = smoothing * mean + (1 - smoothing) * batchLoss;
      const now = mean / (1 - smoothing ** (rates.length + 1));
      diverged = !Number.isFinite(batchLoss) || now > divergence * least;
      if (diverged) return control.stop("the loss grows");
      rates.push(learningRate);
      losses.push(batchLoss);
      smoothed.push(now);
      least = Math.min(least, now);
      if (rates.length === steps) return control.stop("all rates are tried");
      control.learningRate = rateAt(rates.length);
    },
  };
  await make().fit(x, y, { ...weighting, epochs: steps, batchSize, callbacks: [search] });
  return { rates: rates, losses: losses, smoothed: smoothed, suggestion: steepest(rates, smoothed), diverged };
}

/** The rate at the steepest fall: of the slope over log rate from two updates before to two after. */
function steepest(rates: readonly number[], smoothed: readonly number[]): number {
  let best = { slope: Number.POSITIVE_INFINITY, rate: rates[0] ?? Number.NaN };
  for (let i = 2; i + 2 < rates.length; i++) {
    const slope = (smoothed[i + 2]! - smoothed[i - 2]!) / Math.log(rates[i + 2]! / rates[i - 2]!);
    if (slope < best.slope) best = { slope, rate: rates[i]! };
  }
  return best.rate;
}
