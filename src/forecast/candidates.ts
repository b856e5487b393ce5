import type { Anchor } from "./anchors.ts";
import { correctionsOf } from "./corrections.ts";
import { mae } from "./metrics.ts";
import { type TrainedNetwork, type Training, trainNetwork } from "./network.ts";
import type { FilledSeries, SampleShape } from "./samples.ts";

/** An anchor with the network that corrects it. */
export interface Candidate {
  /** Which of all networks this is, from 1 in the order of training. */
  run: number;
  anchor: Anchor;
  network: TrainedNetwork;
  /** False when the network did worse on validation data than no correction: then the anchor stands alone. */
  corrects: boolean;
  /** Forecasts in the units of `values`, one per origin. */
  predict(values: Float64Array, origins: readonly number[]): Promise<Float64Array[]>;
}

export interface CandidateTraining extends Omit<Training, "examples" | "validation"> {
  run: number;
  anchor: Anchor;
  series: FilledSeries;
  shape: SampleShape;
  trainingOrigins: readonly number[];
  validationOrigins?: readonly number[];
}

/** Trains a network to forecast what its anchor leaves over. */
export async function trainCandidate(options: CandidateTraining): Promise<Candidate> {
  const { run, anchor, series, shape, trainingOrigins, validationOrigins } = options;
  const corrections = correctionsOf(anchor, series, shape, trainingOrigins);
  const examples = corrections.examplesAt(trainingOrigins);
  const validation = validationOrigins && { validation: corrections.examplesAt(validationOrigins) };
  const network = await trainNetwork({ ...options, examples, ...validation });
  const { validationLoss, anchorLoss } = network;
  const corrects = validationLoss === undefined || anchorLoss === undefined || validationLoss < anchorLoss;
  return {
    run,
    anchor,
    network,
    corrects,
    predict: (from, origins) => corrections.forecasts(from, origins, corrects ? network.predict : undefined),
  };
}

/** The mean absolute error of forecasts, over measured targets only. */
export function errorOf(forecasts: readonly Float64Array[], actual: readonly Float64Array[]): number {
  return mae(
    actual.flatMap((row) => [...row]),
    forecasts.flatMap((row) => [...row]),
  );
}

/** A candidate and its share of the forecast; all shares sum to 1. */
export interface Member {
  candidate: Candidate;
  share: number;
}

/** The mean of several candidates' forecasts, weighted by their shares. */
export async function predictMean(
  members: readonly Member[],
  values: Float64Array,
  origins: readonly number[],
): Promise<Float64Array[]> {
  const sums = origins.map((): Float64Array | undefined => undefined);
  for (const { candidate, share } of members) {
    for (const [row, forecast] of (await candidate.predict(values, origins)).entries()) {
      sums[row] = forecast.map((value, step) => share * value + (sums[row]?.[step] ?? 0));
    }
  }
  return sums as Float64Array[];
}
