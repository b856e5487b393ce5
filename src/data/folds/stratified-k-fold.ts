import { explain, OptionError, rejectUnknown, requireInteger, show } from "../../errors.ts";
import { permutation } from "../batches.ts";
import { type Folds, foldsByPart, type RowLabels, rowsByLabel } from "./folds.ts";

export interface StratifiedKFoldOptions {
  /** The class of each row, or anything else that each fold should have its share of. */
  readonly labels: RowLabels;
  /** Parts, each of which is tested on once. @default 5 */
  readonly folds?: number;
  /** Decides which rows of a class come together. @default 0 */
  readonly seed?: number;
}

/**
 * Cuts the rows in parts that have the same share of each class, give or take a row (Kohavi 1995), and tests on each
 * what is trained on the others.
 */
export function stratifiedKFold(options: StratifiedKFoldOptions): Folds {
  rejectUnknown("stratifiedKFold()", options, ["labels", "folds", "seed"]);
  const { labels, folds = 5, seed = 0 } = options;
  requireInteger("folds", folds, 2);
  requireInteger("seed", seed, 0);
  return (rows) => {
    const partOf = new Int32Array(rows);
    let dealt = 0;
    for (const [label, members] of rowsByLabel("stratifiedKFold()", "labels", labels, permutation(rows, seed, 0))) {
      if (members.length < folds) {
        const expected = `at least ${folds} rows of each class for stratifiedKFold()`;
        const remedy = "ask for fewer folds, or leave out the rows of rare classes";
        throw new OptionError(explain({ expected, got: `${members.length} of ${show(label)}`, remedy }));
      }
      // The next class goes on where this one ended, so that whole parts differ by one row at most as well.
      for (const row of members) partOf[row] = dealt++ % folds;
    }
    return foldsByPart(partOf, folds);
  };
}
