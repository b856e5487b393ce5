/** From time stamps to the time between steps, which cells for irregular sequences take. */
import { explain, OptionError, rejectUnknown, requireNumber, ShapeError, show } from "../errors.ts";
import type { NumericArray } from "./array.ts";
import { Ragged, ragged } from "./ragged.ts";

/** When the steps of each row are, in any unit from any beginning on. Rows may have unequal lengths. */
export type Timestamps = readonly (readonly number[] | Float64Array | readonly Date[])[];

export interface TimeGapsOptions {
  /** What counts as a gap of 1, in the unit of the time stamps (milliseconds for dates). @default 1 */
  readonly unit?: number;
}

/**
 * Time since the step before, [batch, time, 1], 0 at the first step of each row; `Ragged` where rows have unequal lengths.
 * Cells that take gaps like them to be about 1: see `typicalGap`.
 *
 * @throws OptionError where time goes back
 */
export function timeGaps(timestamps: Timestamps, options: TimeGapsOptions = {}): NumericArray {
  rejectUnknown("timeGaps()", options, ["unit"]);
  const { unit = 1 } = options;
  requireNumber("unit", unit, "above 0", (x) => x > 0);
  const rows = gapsOf(timestamps).map((gaps) => Float32Array.from(gaps, (gap) => gap / unit));
  const made = ragged(rows);
  const isEven = made.lengths.every((length) => length === made.lengths[0]);
  return isEven
    ? { data: made.data, shape: [rows.length, made.lengths[0]!, 1] }
    : new Ragged(made.data, made.lengths, [1]);
}

/** The median time between two steps: a good `unit` for `timeGaps`, to be taken from training data. */
export function typicalGap(timestamps: Timestamps): number {
  const gaps = gapsOf(timestamps).flatMap((row) => Array.from(row.subarray(1)));
  const positive = gaps.filter((gap) => gap > 0).sort((a, b) => a - b);
  if (positive.length > 0) return positive[Math.floor(positive.length / 2)]!;
  throw new OptionError(explain({ expected: "two different time stamps in a row", got: "none" }));
}

function gapsOf(timestamps: Timestamps): Float64Array[] {
  if (!Array.isArray(timestamps) || timestamps.length === 0) {
    throw new ShapeError(
      explain({ expected: "time stamps of at least one row, [[0, 0.5, 2], …]", got: show(timestamps) }),
    );
  }
  return timestamps.map((given: unknown, row) => {
    const stamps =
      Array.isArray(given) || ArrayBuffer.isView(given) ? Array.from(given as ArrayLike<unknown>) : [given];
    const odd = stamps.findIndex((time) => typeof time !== "number" && !(time instanceof Date));
    if (odd >= 0 || stamps[0] === given) {
      const expected = `a list of numbers or dates as the time stamps of row ${row}`;
      throw new ShapeError(explain({ expected, got: show(stamps[Math.max(0, odd)]) }));
    }
    // Dates become milliseconds. float64: seconds since 1970 would lose their minutes in float32.
    const times = Float64Array.from(stamps, Number);
    return times.map((time, step) => {
      const gap = step === 0 ? 0 : time - times[step - 1]!;
      if (gap >= 0 && Number.isFinite(time)) return gap;
      const expected = `time to go on in row ${row}`;
      const got = `${time} after ${step === 0 ? "nothing" : times[step - 1]} at step ${step}`;
      throw new OptionError(explain({ expected, got, remedy: "sort the steps of each row by time" }));
    });
  });
}
