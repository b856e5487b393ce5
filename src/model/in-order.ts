/** Rows of a stateful model stay where their states are. It loads when one is trained. */
import type { Examples } from "../data/batches.ts";
import { toBatch } from "../data/to-batch.ts";
import { explain, OptionError } from "../errors.ts";
import type { FitOptions } from "../train/fit-options.ts";

/** The options of `fit` for a stateful model: row i of a batch goes on where row i of the batch before ended. */
export function inOrder(examples: Examples, options: FitOptions): FitOptions {
  const { batchSize = 32, shuffle = false, bucketByLength = false, validationSplit } = options;
  const moves = shuffle ? "shuffle" : bucketByLength ? "bucketByLength" : undefined;
  if (moves !== undefined) {
    const remedy = "row i of a batch goes on where row i of the batch before ended";
    throw new OptionError(explain({ expected: `${moves}: false for a stateful model`, got: `${moves}: true`, remedy }));
  }
  const { rows } = toBatch(examples);
  if (validationSplit === undefined && rows % batchSize !== 0) {
    const expected = `a batchSize that divides the ${rows} rows of a stateful model's data`;
    throw new OptionError(explain({ expected, got: `${batchSize}` }));
  }
  return { ...options, shuffle };
}
