/** Sequences of unequal lengths, one after another in one array: no padding is kept or written by hand. */
import { explain, ShapeError } from "../errors.ts";
import { type Shape, sameShape, showShape, sizeOf } from "../graph/tensor.ts";
import { type ArrayLikeInput, type NumericArray, toNumericArray } from "./array.ts";

/**
 * Rows of unequal lengths: `data` holds all steps of row 0, then those of row 1, … Models take it wherever they take
 * [batch, time, ...]; `ragged` makes it, and `predict` gives it back.
 */
export class Ragged implements NumericArray {
  /** Numbers of all steps, row after row. */
  readonly data: NumericArray["data"];
  /** [steps of all rows together, ...sizes of one step]. */
  readonly shape: Shape;
  /** Steps of each row. */
  readonly lengths: Int32Array;
  /** Steps that batches are to be padded to. @default what `paddedLength` makes of the lengths */
  readonly padTo: number | undefined;
  /** Where each row begins, counted in steps. */
  readonly #starts: Int32Array;

  constructor(data: NumericArray["data"], lengths: Int32Array, step: Shape, padTo?: number) {
    this.#starts = new Int32Array(lengths.length);
    for (let row = 1; row < lengths.length; row++) this.#starts[row] = this.#starts[row - 1]! + lengths[row - 1]!;
    this.data = data;
    this.lengths = lengths;
    this.padTo = padTo;
    this.shape = [lengths.reduce((total, length) => total + length, 0), ...step];
    if (sizeOf(this.shape) === data.length) return;
    const expected = `numbers for ${this.shape[0]} steps of shape ${showShape(step)}`;
    throw new ShapeError(explain({ expected, got: `${data.length} numbers` }));
  }

  /** Number of rows. */
  get rows(): number {
    return this.lengths.length;
  }

  /** One row, [time, ...]; it shares its numbers with the whole. */
  row(index: number): NumericArray {
    const length = this.lengths[index];
    if (length === undefined) {
      throw new ShapeError(explain({ expected: `a row from 0 to ${this.rows - 1}`, got: `${index}` }));
    }
    const step = this.shape.slice(1);
    const [start, size] = [this.#starts[index]!, sizeOf(step)];
    return { data: this.data.subarray(start * size, (start + length) * size), shape: [length, ...step] };
  }

  /** The rows with these numbers, in this order. */
  select(rows: Int32Array): Ragged {
    const lengths = rows.map((row) => this.lengths[row]!);
    return new Ragged(joined(Array.from(rows, (row) => this.row(row).data)), lengths, this.shape.slice(1));
  }
}

/**
 * Sequences of unequal lengths as one batch or data set, for `fit`, `evaluate`, `predict` and `trainOnBatch`, as inputs,
 * targets or sample weights. Batches are padded inside, each to its own longest row, and what is padded counts nowhere.
 *
 * @param sequences [time, features] each, or [time] of ids or weights; the numbers of steps may differ, 0 among them
 * @throws ShapeError where steps differ in more than their number
 */
export function ragged(sequences: readonly ArrayLikeInput[]): Ragged {
  if (!Array.isArray(sequences) || sequences.length === 0) {
    throw new ShapeError(explain({ expected: "ragged() to get a list of at least one sequence", got: "none" }));
  }
  const rows = sequences.map((sequence, row) => toNumericArray(sequence, `sequence ${row}`));
  const step = (rows.find(({ data }) => data.length > 0) ?? rows[0]!).shape.slice(1);
  for (const [row, { shape, data }] of rows.entries()) {
    if (shape.length > 0 && (data.length === 0 || sameShape(shape.slice(1), step))) continue;
    const expected = `sequence ${row} of ragged() to be [time${step.map((size) => `, ${size}`).join("")}] like the others`;
    throw new ShapeError(explain({ expected, got: showShape(shape) }));
  }
  const lengths = Int32Array.from(rows, ({ shape, data }) => (data.length === 0 ? 0 : shape[0]!));
  return new Ragged(joined(rows.map(({ data }) => data)), lengths, step);
}

/** `count` steps of each row from step `start` on, as far as it has them, to be padded to `padTo`. */
export function stretchOf(array: Ragged, start: number, count: number, padTo: number): Ragged {
  const step = array.shape.slice(1);
  const width = sizeOf(step);
  const lengths = array.lengths.map((length) => Math.min(Math.max(length - start, 0), count));
  const parts = Array.from(lengths, (length, row) =>
    length === 0 ? array.data.subarray(0, 0) : array.row(row).data.subarray(start * width, (start + length) * width),
  );
  return new Ragged(joined(parts), lengths, step, padTo);
}

/** One typed array of all: of their own type where all have one, else of the wider. */
function joined(parts: readonly NumericArray["data"][]): NumericArray["data"] {
  const size = parts.reduce((total, part) => total + part.length, 0);
  const full = parts.filter(({ length }) => length > 0);
  const isAll = (type: Float32ArrayConstructor | Int32ArrayConstructor) => full.every((part) => part instanceof type);
  const all = isAll(Float32Array)
    ? new Float32Array(size)
    : isAll(Int32Array)
      ? new Int32Array(size)
      : new Float64Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Steps to pad these rows to: the longest, rounded up to a power of two or one and a half of it, so that batches of all
 * lengths need few programs. Within a batch, what a row lacks takes next to no time.
 */
export function paddedLength(lengths: Int32Array): number {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  const power = 2 ** Math.ceil(Math.log2(longest));
  return longest <= power * 0.75 && power >= 4 ? power * 0.75 : power;
}

/** [rows, steps, ...] with `padding` where a row has ended. */
export function padRows(array: Ragged, steps: number, padding = 0): NumericArray {
  const { data, shape, lengths } = array;
  const width = sizeOf(shape.slice(1));
  const size = lengths.length * steps * width;
  const padded = new (data.constructor as new (length: number) => NumericArray["data"])(size);
  if (padding !== 0) padded.fill(padding);
  for (let row = 0; row < lengths.length; row++) padded.set(array.row(row).data, row * steps * width);
  return { data: padded, shape: [lengths.length, steps, ...shape.slice(1)] };
}

/** Rows [rows, steps, ...] without what comes after their lengths. */
export function cutRows({ data, shape }: NumericArray, lengths: Int32Array): Ragged {
  const [, steps, ...step] = shape as [number, number, ...number[]];
  const width = sizeOf(step);
  const parts = Array.from(lengths, (length, row) =>
    data.subarray(row * steps * width, (row * steps + length) * width),
  );
  return new Ragged(joined(parts), lengths, step);
}
