/** A series as networks see it: transformed, with its gaps filled. */
export interface FilledSeries {
  /** No value is missing. */
  values: Float64Array;
  /** 1 where a value was measured, 0 where it was filled. */
  measured: Uint8Array;
}

/** What a sample looks like. */
export interface SampleShape {
  window: number;
  horizon: number;
  /** Steps per season; 1 for none. */
  season: number;
  /** Cycle lengths in steps. */
  cycles: readonly number[];
}

/** Numbers with a shape, as models take them. */
export interface Numbers {
  data: Float32Array;
  shape: number[];
}

/** Inputs far outside what training saw are cut off at this many of its root mean squares. */
const CUT = 5;

/**
 * The inputs of the windows that end at `origins`: [origins, window, features]. Each step has
 *
 * - its distance from the window's last value,
 * - its distance from the value a season before (0 where there is none), if there is a season,
 * - its level,
 * - sine and cosine of its phase in every cycle.
 *
 * The first ones do not change when the whole series is moved up or down. Not yet scaled: see `featureScales`.
 */
export function inputsAt(values: Float64Array, origins: readonly number[], shape: SampleShape): Numbers {
  const { window, season, cycles } = shape;
  const distances = season > 1 ? 2 : 1;
  const features = distances + 1 + 2 * cycles.length;
  const data = new Float32Array(origins.length * window * features);
  let at = 0;
  for (const origin of origins) {
    const last = values[origin] as number;
    for (let step = origin - window + 1; step <= origin; step++) {
      const value = values[step] as number;
      data[at++] = value - last;
      if (season > 1) data[at++] = step >= season ? value - (values[step - season] as number) : 0;
      data[at++] = value;
      for (const cycle of cycles) {
        const phase = (2 * Math.PI * step) / cycle;
        data[at++] = Math.sin(phase);
        data[at++] = Math.cos(phase);
      }
    }
  }
  return { data, shape: [origins.length, window, features] };
}

/** The root mean square of every feature, to divide by; 1 for a feature that is always 0. */
export function featureScales({ data, shape }: Numbers): Float64Array {
  const features = shape[2] as number;
  const sums = new Float64Array(features);
  for (const [index, value] of data.entries())
    sums[index % features] = (sums[index % features] as number) + value * value;
  return sums.map((sum) => Math.sqrt((sum * features) / data.length) || 1);
}

/** Divides every feature by its scale and cuts off what lies far outside. */
export function scaleFeatures({ data, shape }: Numbers, scales: Float64Array): Numbers {
  const features = scales.length;
  const cut = (value: number) => Math.max(-CUT, Math.min(CUT, value));
  return { data: data.map((value, index) => cut(value / (scales[index % features] as number))), shape };
}

/** The values of the `horizon` steps after each origin, one array per origin. */
export function targetsAt(values: Float64Array, origins: readonly number[], horizon: number): Float64Array[] {
  return origins.map((origin) => values.slice(origin + 1, origin + 1 + horizon));
}

/** The share of each origin's targets that was measured: how much its sample counts. */
export function weightsAt(measured: Uint8Array, origins: readonly number[], horizon: number): Float32Array {
  return Float32Array.from(origins, (origin) => {
    const targets = measured.subarray(origin + 1, origin + 1 + horizon);
    return targets.reduce((sum, one) => sum + one, 0) / horizon;
  });
}

/** The whole numbers from `first` to `last`; if they are more than `most`, that many of them, evenly spread. */
export function spread(first: number, last: number, most: number): number[] {
  const count = last - first + 1;
  if (count <= most) return Array.from({ length: Math.max(0, count) }, (_, index) => first + index);
  return Array.from({ length: most }, (_, index) => first + Math.round((index * (count - 1)) / (most - 1)));
}
