/** Predictions for any number of rows: batch by batch, and put together again. */
import { isArrayInput, type NumericArray } from "../data/array.ts";
import { type Columns, type ColumnsInput, selectColumns } from "../data/batches.ts";
import { cutRows, Ragged } from "../data/ragged.ts";
import { rowCount, selectRows } from "../data/rows.ts";
import { toColumns } from "../data/to-batch.ts";
import { explain, rejectUnknown, requireInteger, ShapeError } from "../errors.ts";
import { full, label } from "../graph/index.ts";
import { type BatchShapes, type ModelComputation, traceNetwork } from "./computations.ts";
import type { Executor } from "./executor.ts";
import { feedInputs, type InputFeed } from "./full-feed.ts";
import type { Prediction } from "./names.ts";
import type { Network } from "./network.ts";
import { joinRows, rowsOf } from "./rows.ts";
import { type TimeAxis, timeAxesOf } from "./time-axis.ts";

export interface PredictOptions {
  /** Rows that go through the model at once. @default 32 */
  readonly batchSize?: number;
}

/** What `Model.predict` gives. */
export async function predict<P extends Prediction>(
  network: Network,
  executor: Executor,
  x: ColumnsInput,
  options: PredictOptions,
): Promise<P> {
  rejectUnknown("predict()", options, ["batchSize"]);
  const { batchSize = 32 } = options;
  requireInteger("batchSize", batchSize, 1);
  const arrays = await predictRows(network, executor, toColumns(x, "x"), batchSize);
  const results = network.outputs.map(({ name }, i) => [name, arrays[i]!] as const);
  return (network.singleOutput ? results[0]![1] : Object.fromEntries(results)) as P;
}

/** One array for each output; `Ragged` where the rows of an input are, and the output is a sequence. */
async function predictRows(
  network: Network,
  executor: Executor,
  x: Columns,
  batchSize: number,
): Promise<readonly NumericArray[]> {
  const given = isArrayInput(x) ? [x as NumericArray] : Object.values(x as Readonly<Record<string, NumericArray>>);
  const counts = given.map(rowCount);
  const rows = counts[0] ?? 0;
  const wrong = counts.find((count) => count !== rows || count === 0);
  if (wrong !== undefined || given.length === 0) {
    const expected = "at least one row, as many in each input";
    throw new ShapeError(explain({ expected, got: `${wrong ?? "no input"}` }));
  }
  const sequences = given.filter((array) => array instanceof Ragged);
  if (sequences.length === 0) {
    const arrays = await feedInputs(network, x);
    return await inBatches(rows, batchSize, async (start, end) => {
      const part = arrays.arrays.map((array) => rowsOf(array, start, end));
      return await predictBatch(network, executor, { ...arrays, arrays: part });
    });
  }
  // Rows of about the same length go together: less to pad. With a state to hand over, rows keep their places.
  const longest = Int32Array.from({ length: rows }, (_, row) => Math.max(...sequences.map((s) => s.lengths[row]!)));
  const order = Int32Array.from(longest.keys());
  if (!network.isStateful) order.sort((a, b) => longest[b]! - longest[a]!);
  const made = await inBatches(rows, batchSize, async (start, end) => {
    const feed = await feedInputs(network, selectColumns(x, order.subarray(start, end)));
    return cutToLengths(await predictBatch(network, executor, feed), timeAxesOf(network, feed));
  });
  const placeOf = new Int32Array(rows);
  for (const [place, row] of order.entries()) placeOf[row] = place;
  return made.map((array) => selectRows(array, placeOf));
}

async function inBatches(
  rows: number,
  batchSize: number,
  predict: (start: number, end: number) => Promise<readonly NumericArray[]>,
): Promise<readonly NumericArray[]> {
  const parts: (readonly NumericArray[])[] = [];
  for (let start = 0; start < rows; start += batchSize) {
    parts.push(await predict(start, Math.min(start + batchSize, rows)));
  }
  return parts[0]!.map((_, i) => joinRows(parts.map((part) => part[i]!)));
}

async function predictBatch(network: Network, executor: Executor, feed: InputFeed): Promise<readonly NumericArray[]> {
  const { arrays, lengths } = feed;
  const shapes = { x: arrays.map(({ shape }) => shape), lengths: lengths.map((list) => list?.shape) };
  const numbers = [...arrays, ...lengths.filter((list) => list !== undefined)].map(({ data }) => data);
  const key = `predict ${JSON.stringify(shapes)}`;
  const rows = arrays[0]!.shape[0]!;
  return await executor.run(
    key,
    rows,
    () => predictionOf(network, shapes),
    [],
    () => numbers,
  );
}

/**
 * Outputs without the steps that stand for nothing: those after the ends of the rows of the input whose steps they have,
 * else those after the last that the mask counts. @param results outputs, and then their masks
 */
function cutToLengths(results: readonly NumericArray[], axes: readonly TimeAxis[]): readonly NumericArray[] {
  return axes.map(({ lengths }, i) => {
    const [output, mask] = [results[i]!, results[axes.length + i]!];
    return mask.shape.length === 2 ? cutRows(output, lengths ?? lengthsIn(mask)) : output;
  });
}

/** Steps of each row of a mask [rows, steps] up to the last that counts. */
function lengthsIn({ data, shape }: NumericArray): Int32Array {
  const [rows, steps] = shape as [number, number];
  return Int32Array.from({ length: rows }, (_, row) => {
    let length = steps;
    while (length > 0 && data[row * steps + length - 1] === 0) length--;
    return length;
  });
}

/**
 * The outputs of the model; where rows are of unequal lengths, their masks after them: [batch, time], or [1] for an output
 * without one.
 */
function predictionOf(network: Network, shapes: Pick<BatchShapes, "x" | "lengths">): ModelComputation {
  const { inputs, values, updates } = traceNetwork(network, shapes, { training: false });
  // An output may be an input or a variable as it is; a result is always something of its own.
  const outputs = values.map(({ tensor }, i) => label(tensor, network.outputs[i]!.name));
  const isRagged = shapes.lengths.some((list) => list !== undefined);
  const masks = isRagged ? values.map(({ mask = full([1], 1) }) => label(mask, "mask")) : [];
  return { inputs, outputs: [...outputs, ...masks], updates, run: { key: undefined } };
}
