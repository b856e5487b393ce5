import type { Anchor } from "./anchors.ts";
import { mae } from "./metrics.ts";
import { type Examples, type TrainedNetwork, type Training, trainNetwork } from "./network.ts";
import {
  type FilledSeries,
  featureScales,
  inputsAt,
  type Numbers,
  type SampleShape,
  scaleFeatures,
  targetsAt,
  weightsAt,
} from "./samples.ts";

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
  const { values, measured } = series;
  const { horizon, season } = shape;
  const anchored = (from: Float64Array, origins: readonly number[]) =>
    origins.map((origin) => anchor.predict({ values: from, origin, horizon, season }));

  const raw = inputsAt(values, trainingOrigins, shape);
  const scales = featureScales(raw);
  const leftOver = (origins: readonly number[]) =>
    subtract(targetsAt(values, origins, horizon), anchored(values, origins));
  const trainingTargets = leftOver(trainingOrigins);
  const size = rootMeanSquare(trainingTargets) || 1;
  const examplesAt = (inputs: Numbers, origins: readonly number[], targets: readonly Float64Array[]): Examples => ({
    x: scaleFeatures(inputs, scales),
    y: stack(targets, size),
    weights: { data: weightsAt(measured, origins, horizon), shape: [origins.length] },
  });
  const validation = validationOrigins && {
    validation: examplesAt(inputsAt(values, validationOrigins, shape), validationOrigins, leftOver(validationOrigins)),
  };
  const examples = examplesAt(raw, trainingOrigins, trainingTargets);
  const network = await trainNetwork({ ...options, examples, ...validation });
  const { validationLoss, anchorLoss } = network;
  const corrects = validationLoss === undefined || anchorLoss === undefined || validationLoss < anchorLoss;
  return {
    run,
    anchor,
    network,
    corrects,
    async predict(from, origins) {
      const forecasts = anchored(from, origins);
      if (!corrects) return forecasts;
      const corrections = await network.predict(scaleFeatures(inputsAt(from, origins, shape), scales));
      return forecasts.map((forecast, row) =>
        forecast.map((value, step) => value + size * (corrections[row * horizon + step] as number)),
      );
    },
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

function subtract(left: readonly Float64Array[], right: readonly Float64Array[]): Float64Array[] {
  return left.map((row, index) => row.map((value, step) => value - (right[index]?.[step] as number)));
}

function rootMeanSquare(rows: readonly Float64Array[]): number {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    for (const value of row) sum += value * value;
    count += row.length;
  }
  return Math.sqrt(sum / count);
}

function stack(rows: readonly Float64Array[], size: number): Numbers {
  const horizon = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * horizon);
  for (const [index, row] of rows.entries())
    data.set(
      row.map((value) => value / size),
      index * horizon,
    );
  return { data, shape: [rows.length, horizon] };
}
