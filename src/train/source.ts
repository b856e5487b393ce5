import {
  type ArrayBatchesOptions,
  arrayBatches,
  type Batch,
  type BatchSource,
  type BatchStream,
  type Examples,
  isBatchStream,
} from "../data/batches.ts";
import { streamBatches } from "../data/stream-batches.ts";
import { toBatch } from "../data/to-batch.ts";
import { explain, OptionError, requireInteger } from "../errors.ts";

/** How rows become batches. */
export interface RowOptions extends ArrayBatchesOptions {
  /** Put rows of similar length into a batch. @default false */
  readonly bucketByLength?: boolean;
}

export interface SourceOptions extends RowOptions {
  /** Batches of an epoch; for streams alone. */
  readonly steps?: number;
  /** The epoch that the first batch of a stream belongs to. @default 0 */
  readonly firstEpoch?: number;
}

/** Batches of what a user gave: arrays or a stream. */
export async function sourceOf(data: Examples | BatchStream, options: SourceOptions): Promise<BatchSource> {
  const { steps, firstEpoch = 0 } = options;
  if (isBatchStream(data)) {
    return streamBatches(data, { firstEpoch, ...(steps !== undefined && { stepsPerEpoch: steps }) });
  }
  if (steps !== undefined) throw stepsOfArrays();
  return await sourceOfRows(toBatch(data), options);
}

/** Batches of these rows. */
export async function sourceOfRows(all: Batch, options: RowOptions): Promise<BatchSource> {
  if (!options.bucketByLength) return arrayBatches(all, options);
  const { bucketedBatches } = await import("../data/buckets.ts");
  return bucketedBatches(all, options);
}

/** What a model is measured on: one pass, or so many steps of it. */
export interface Evaluation {
  readonly source: BatchSource;
  readonly steps?: number;
}

/** Batches to measure a model on, in their own order. `steps` limits what is taken of a stream, each time from its start. */
export function evaluationSource(
  data: Examples | BatchStream,
  { batchSize, steps }: { readonly batchSize: number; readonly steps?: number },
): Evaluation {
  if (steps !== undefined) requireInteger("steps", steps, 1);
  if (isBatchStream(data)) return { source: streamBatches(data), ...(steps !== undefined && { steps }) };
  if (steps !== undefined) throw stepsOfArrays();
  return { source: arrayBatches(toBatch(data), { batchSize, shuffle: false, seed: 0 }) };
}

function stepsOfArrays(): OptionError {
  const expected = "a stream of batches, when the number of steps is given";
  const remedy = "leave the number of steps out: an epoch is every row once";
  return new OptionError(explain({ expected, got: "arrays", remedy }));
}
