import type { Anchor } from "./anchors.ts";
import type { Examples } from "./network.ts";
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

/** What networks learn: what an anchor leaves over, in units that its training windows give. */
export interface Corrections {
  /** Windows of the series that it was made for, and what followed them. */
  examplesAt(origins: readonly number[]): Examples;
  /** Forecasts in the units of `values`, one per origin; those of the anchor alone without `correct`. */
  forecasts(
    values: Float64Array,
    origins: readonly number[],
    correct?: (x: Numbers) => Promise<Float32Array>,
  ): Promise<Float64Array[]>;
}

export function correctionsOf(
  anchor: Anchor,
  { values, measured }: FilledSeries,
  shape: SampleShape,
  trainingOrigins: readonly number[],
): Corrections {
  const { horizon, season } = shape;
  const anchored = (from: Float64Array, origins: readonly number[]) =>
    origins.map((origin) => anchor.predict({ values: from, origin, horizon, season }));
  const leftOver = (origins: readonly number[]) =>
    subtract(targetsAt(values, origins, horizon), anchored(values, origins));
  const scales = featureScales(inputsAt(values, trainingOrigins, shape));
  const size = rootMeanSquare(leftOver(trainingOrigins)) || 1;
  return {
    examplesAt: (origins) => ({
      x: scaleFeatures(inputsAt(values, origins, shape), scales),
      y: stack(leftOver(origins), size),
      weights: { data: weightsAt(measured, origins, horizon), shape: [origins.length] },
    }),
    async forecasts(from, origins, correct) {
      const forecasts = anchored(from, origins);
      if (correct === undefined) return forecasts;
      const corrections = await correct(scaleFeatures(inputsAt(from, origins, shape), scales));
      return forecasts.map((forecast, row) =>
        forecast.map((value, step) => value + size * (corrections[row * horizon + step] as number)),
      );
    },
  };
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
