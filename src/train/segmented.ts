/** Training from segment to segment of time. It loads when `truncate` asks for it. */
import { type Batch, type BatchSource, takeRows } from "../data/batches.ts";
import { Ragged } from "../data/ragged.ts";
import { segmentBatches } from "../data/segments.ts";
import { named } from "../data/to-batch.ts";
import { explain, OptionError } from "../errors.ts";
import type { Trainee } from "./trainee.ts";

/** The batches of `source` in segments of `length` steps. @param all rows that they are made of; none for a stream */
export async function segmented(
  trainee: Trainee,
  source: BatchSource,
  length: number,
  all: Batch | undefined,
): Promise<BatchSource> {
  if (trainee.segments === undefined) {
    throw new OptionError(explain({ expected: "a model whose rows can be cut for `truncate`", got: "another" }));
  }
  const cut = await trainee.segments(length);
  const arrays = all ? [all.x, all.y].flatMap((columns) => named(columns, "")) : [];
  const isEven = all !== undefined && !arrays.some(([, array]) => array instanceof Ragged);
  return segmentBatches(source, cut, isEven ? cut(takeRows(all, Int32Array.of(0))).length : undefined);
}
