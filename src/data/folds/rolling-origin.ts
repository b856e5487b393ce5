import { rejectUnknown, requireInteger } from "../../errors.ts";
import { type Folds, range, requireRows } from "./folds.ts";

export interface RollingOriginOptions {
  /** Origins, from which later rows are tested on. @default 5 */
  readonly folds?: number;
  /** Rows tested on after each origin. @default the rows divided by `folds` + 1 */
  readonly testSize?: number;
  /** Rows left out before those tested on, so that no window of the past reaches into them. @default 0 */
  readonly gap?: number;
  /** Rows trained on at most: the latest ones. @default all before the gap */
  readonly maxTrainSize?: number;
}

/**
 * Cross-validation of rows in order of time (Tashman 2000): trains on what came before an origin and tests on what came
 * after it, never the other way round; the last fold ends with the last row.
 */
export function rollingOrigin(options: RollingOriginOptions = {}): Folds {
  rejectUnknown("rollingOrigin()", options, ["folds", "testSize", "gap", "maxTrainSize"]);
  const { folds = 5, testSize, gap = 0, maxTrainSize = Number.MAX_SAFE_INTEGER } = options;
  requireInteger("folds", folds, 1);
  requireInteger("gap", gap, 0);
  requireInteger("maxTrainSize", maxTrainSize, 1);
  if (testSize !== undefined) requireInteger("testSize", testSize, 1);
  return (rows) => {
    const size = testSize ?? Math.max(1, Math.floor(rows / (folds + 1)));
    requireRows("rollingOrigin()", rows, folds * size + gap + 1);
    return Array.from({ length: folds }, (_, fold) => {
      const start = rows - (folds - fold) * size;
      const end = start - gap;
      return { train: range(Math.max(0, end - maxTrainSize), end), test: range(start, start + size) };
    });
  };
}
