import { impute, type Series } from "../data/index.ts";
import type { Plan } from "./plan.ts";
import type { FilledSeries } from "./samples.ts";
import { fitTransform } from "./transform.ts";

/** A series in the units of the networks, fitted on its training part. */
export interface NetworkSeries {
  /** NaN where nothing was measured. */
  values: Float64Array;
  /** Whether the units are logarithms. */
  logarithmic: boolean;
  /** Whether forecasts are cut off at 0, because no value so far was below it. */
  nonNegative: boolean;
  /** The first `end` values with their gaps filled, as if nothing after them were known. */
  filledBefore(end: number): FilledSeries;
  /** Back into the series' own units. */
  inverse(value: number): number;
}

/** Brings a series into the units of the networks. */
export function inNetworkUnits(series: Series, { parts, season, learntSeason }: Plan): NetworkSeries {
  const transform = fitTransform(series.values.subarray(0, parts.training), season);
  const values = series.values.map(transform.transform);
  // What there and back leaves of a 0.
  const known = series.values.subarray(0, parts.development);
  const rounding = 1e-12 * known.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0);
  const nonNegative = !known.some((value) => value < 0);
  return {
    ...{ values, nonNegative, logarithmic: transform.logarithmic },
    filledBefore: (end) => ({
      values: impute(values.subarray(0, end), learntSeason),
      measured: Uint8Array.from(values.subarray(0, end), (value) => (Number.isNaN(value) ? 0 : 1)),
    }),
    inverse(value) {
      const own = transform.inverse(value);
      if (Math.abs(own) < rounding) return 0;
      return nonNegative ? Math.max(0, own) : own;
    },
  };
}
