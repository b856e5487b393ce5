/** What `fit` and `evaluate` are called with: arrays, or a stream of batches. */
import { isArrayInput } from "../data/array.ts";
import { type BatchStream, type ColumnsInput, type Examples, isBatchStream } from "../data/batches.ts";

/** Weights for rows of arrays; streams bring their own. */
export interface Weighted<W = ColumnsInput> {
  /** How much each row counts, [rows], or each step of it, [rows, time]; by output name where they differ. @default 1 */
  readonly sampleWeight?: W;
}

/** Tells (x, y, options) from (batches, options). */
export function examplesOf<O extends object>(
  data: unknown,
  second: unknown,
  third: unknown,
): { readonly examples: Examples | BatchStream; readonly options: O } {
  const isListOfBatches = Array.isArray(data) && data.length > 0 && Object(data[0]).x !== undefined;
  if (isListOfBatches || (!isArrayInput(data) && isBatchStream(data as BatchStream))) {
    return { examples: data as BatchStream, options: second as O };
  }
  const { sampleWeight, ...options } = third as O & Weighted;
  const examples = { x: data as ColumnsInput, y: second as ColumnsInput, ...(sampleWeight && { sampleWeight }) };
  return { examples, options: options as unknown as O };
}
