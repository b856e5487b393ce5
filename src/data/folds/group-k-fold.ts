import { rejectUnknown, requireInteger } from "../../errors.ts";
import { permutation } from "../batches.ts";
import { type Folds, foldsByPart, type RowLabels, requireRows, rowsByLabel } from "./folds.ts";

export interface GroupKFoldOptions {
  /** What each row belongs to, such as a patient or a machine: rows of one group are never split. */
  readonly groups: RowLabels;
  /** Parts, each of which is tested on once. @default 5 */
  readonly folds?: number;
  /** Decides between groups of the same size. @default 0 */
  readonly seed?: number;
}

/**
 * Cuts the rows in parts that share no group, and tests on each what is trained on the others: how good a model is for
 * somebody whom it has not met. The largest group comes first, each into the part that has the fewest rows until then.
 */
export function groupKFold(options: GroupKFoldOptions): Folds {
  rejectUnknown("groupKFold()", options, ["groups", "folds", "seed"]);
  const { groups, folds = 5, seed = 0 } = options;
  requireInteger("folds", folds, 2);
  requireInteger("seed", seed, 0);
  return (rows) => {
    const found = [...rowsByLabel("groupKFold()", "groups", groups, permutation(rows, seed, 0)).values()];
    requireRows("groupKFold(), each of another group,", found.length, folds);
    const partOf = new Int32Array(rows);
    const sizes = new Int32Array(folds);
    for (const members of found.sort((a, b) => b.length - a.length)) {
      const part = sizes.indexOf(Math.min(...sizes));
      sizes[part]! += members.length;
      for (const row of members) partOf[row] = part;
    }
    return foldsByPart(partOf, folds);
  };
}
