import { explain, OptionError, rejectUnknown, requireInteger, show } from "../../errors.ts";
import { permutation } from "../batches.ts";
import { type Folds, foldsByPart, range, requireRows } from "./folds.ts";

export interface KFoldOptions {
  /** Parts, each of which is tested on once. @default 5 */
  readonly folds?: number;
  /** Whether rows are put in another order first. @default true */
  readonly shuffle?: boolean;
  /** Decides on that order. @default 0 */
  readonly seed?: number;
}

/** Cuts the rows in parts of equal size, give or take one, and tests on each what is trained on the others. */
export function kFold(options: KFoldOptions = {}): Folds {
  rejectUnknown("kFold()", options, ["folds", "shuffle", "seed"]);
  const { folds = 5, shuffle = true, seed = 0 } = options;
  requireInteger("folds", folds, 2);
  if (typeof shuffle !== "boolean") {
    throw new OptionError(explain({ expected: "`shuffle` of kFold() to be true or false", got: show(shuffle) }));
  }
  requireInteger("seed", seed, 0);
  return (rows) => {
    requireRows("kFold()", rows, folds);
    const order = shuffle ? permutation(rows, seed, 0) : range(0, rows);
    const partOf = new Int32Array(rows);
    for (let fold = 0; fold < folds; fold++) {
      const [start, end] = [Math.floor((fold * rows) / folds), Math.floor(((fold + 1) * rows) / folds)];
      for (const row of order.subarray(start, end)) partOf[row] = fold;
    }
    return foldsByPart(partOf, folds);
  };
}
