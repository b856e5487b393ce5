/** Batches of long rows cut into segments of time. It loads when training is to go from segment to segment. */
import { explain, ShapeError } from "../errors.ts";
import { sizeOf } from "../graph/tensor.ts";
import { isArrayInput, type NumericArray } from "./array.ts";
import { type Batch, type BatchSource, type Columns, takeRows } from "./batches.ts";
import { paddedLength, Ragged, stretchOf } from "./ragged.ts";
import { named } from "./to-batch.ts";

/** Which arrays of a batch are sequences, by the name of the input or output; without one where there is one array. */
export interface Sequences {
  readonly x: (name?: string) => boolean;
  readonly y: (name?: string) => boolean;
}

/**
 * The segments of a batch, in order: `length` steps of each array that is a sequence, and the other arrays whole. Rows that
 * have ended have no steps in later segments; where rows are of unequal lengths the longest come first, so that those that
 * have ended are together.
 *
 * @throws ShapeError where sequences of a batch have other numbers of steps than each other
 */
export function cutInTime(batch: Batch, length: number, sequences: Sequences): readonly Batch[] {
  const given = { x: batch.x, y: batch.y, ...(batch.sampleWeight && { sampleWeight: batch.sampleWeight }) };
  const all = [
    ...sequencesIn(given.x, "x", sequences.x),
    ...sequencesIn(given.y, "y", sequences.y),
    ...(given.sampleWeight
      ? sequencesIn(given.sampleWeight, "sampleWeight", sequences.y).filter(([, array]) => hasSteps(array))
      : []),
  ];
  const steps = stepsIn(all);
  // Whoever reads the batch next says what is wrong with it.
  if (!Number.isFinite(steps)) return [{ ...batch, segment: { begins: true, share: 1 } }];
  const lengths = lengthsOf(batch.rows, steps, all);
  const isUneven = lengths.some((own) => own !== lengths[0]);
  const rows = Int32Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]!);
  const ordered = isUneven ? takeRows(batch, rows) : batch;
  const total = lengths.reduce((sum, own) => sum + own, 0);

  const segments: Batch[] = [];
  for (let start = 0; start < Math.max(steps, 1); start += length) {
    const count = Math.min(length, steps - start);
    // Rows that go on must end where their segment does; behind the last there may be padding, to need fewer programs.
    const isLast = start + length >= steps && all.every(([, array]) => array instanceof Ragged);
    const padTo = isLast ? Math.min(length, paddedLength(Int32Array.of(count))) : count;
    const cut = (columns: Columns, isSequence: (name?: string) => boolean) =>
      mapColumns(columns, (array, name) => {
        if (!isSequence(name) || !hasSteps(array)) return array;
        return array instanceof Ragged ? stretchOf(array, start, count, padTo) : stepsOf(array, start, count);
      });
    const inside = lengths.reduce((sum, own) => sum + Math.min(Math.max(own - start, 0), count), 0);
    segments.push({
      ...ordered,
      x: cut(ordered.x, sequences.x),
      y: cut(ordered.y, sequences.y),
      ...(ordered.sampleWeight && { sampleWeight: cut(ordered.sampleWeight, sequences.y) }),
      segment: { begins: start === 0, share: total === 0 ? 1 : inside / total },
    });
  }
  return segments;
}

/**
 * The segments of all batches of a source, as batches of their own.
 *
 * @param perBatch segments of each batch, where all have as many
 */
export function segmentBatches(
  source: BatchSource,
  cut: (batch: Batch) => readonly Batch[],
  perBatch: number | undefined,
): BatchSource {
  const { batches, close } = source;
  return {
    ...(batches !== undefined && perBatch !== undefined && { batches: batches * perBatch }),
    ...(close && { close: () => source.close!() }),
    async *epoch(epoch, skip) {
      const whole = perBatch === undefined ? 0 : Math.floor(skip / perBatch);
      let left = skip - whole * (perBatch ?? 0);
      for await (const batch of source.epoch(epoch, whole)) {
        const segments = cut(batch);
        yield* segments.slice(left);
        left = Math.max(left - segments.length, 0);
      }
    },
  };
}

function sequencesIn(
  columns: Columns,
  owner: string,
  isSequence: (name?: string) => boolean,
): [string, NumericArray][] {
  const list = named(columns, owner);
  return list.filter(([name]) => (isArrayInput(columns) ? isSequence() : isSequence(name.slice(owner.length + 1))));
}

/** Weights may be one for each row. */
function hasSteps(array: NumericArray): boolean {
  return array instanceof Ragged || (array.shape.length > 1 && array.shape[1]! > 1);
}

/** Steps of the longest row that all of them have. */
function stepsIn(all: readonly (readonly [string, NumericArray])[]): number {
  const even = all.filter(([, array]) => !(array instanceof Ragged));
  const [name, first] = even[0] ?? [];
  const steps = first?.shape[1] ?? Number.POSITIVE_INFINITY;
  for (const [other, { shape }] of even) {
    if (shape[1] === steps) continue;
    const expected = `${other} to have ${steps} steps like ${name}, to be cut into segments of time`;
    throw new ShapeError(explain({ expected, got: `${shape[1] ?? "none"}` }));
  }
  const longest = all.flatMap(([, array]) => (array instanceof Ragged ? [Math.max(...array.lengths)] : []));
  return Math.min(steps, ...longest);
}

/** Steps of each row: those that an input has, of so many at most. */
function lengthsOf(rows: number, steps: number, all: readonly (readonly [string, NumericArray])[]): Int32Array {
  const uneven = all.flatMap(([name, array]) => (name.startsWith("x") && array instanceof Ragged ? [array] : []));
  if (uneven.length === 0) return new Int32Array(rows).fill(steps);
  return Int32Array.from({ length: rows }, (_, row) =>
    Math.min(steps, Math.max(...uneven.map(({ lengths }) => lengths[row]!))),
  );
}

function mapColumns(columns: Columns, change: (array: NumericArray, name?: string) => NumericArray): Columns {
  if (isArrayInput(columns)) return change(columns as NumericArray);
  const entries = Object.entries(columns as Readonly<Record<string, NumericArray>>);
  return Object.fromEntries(entries.map(([name, array]) => [name, change(array, name)]));
}

/** Steps of rows [rows, steps, ...]. */
function stepsOf({ data, shape }: NumericArray, start: number, count: number): NumericArray {
  const [rows, steps, ...step] = shape as [number, number, ...number[]];
  const width = sizeOf(step);
  const taken = new (data.constructor as new (length: number) => NumericArray["data"])(rows * count * width);
  for (let row = 0; row < rows; row++) {
    const from = (row * steps + start) * width;
    taken.set(data.subarray(from, from + count * width), row * count * width);
  }
  return { data: taken, shape: [rows, count, ...step] };
}
