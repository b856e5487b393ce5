/** Parts and wholes of arrays along their first axis. */
import { isArrayInput, type NumericArray, toNumericArray } from "../data/array.ts";
import type { Columns, ColumnsInput } from "../data/batches.ts";
import { sizeOf } from "../graph/tensor.ts";

/** Rows `start` to `end` − 1, without copying. */
export function rowsOf({ data, shape }: NumericArray, start: number, end: number): NumericArray {
  const width = sizeOf(shape.slice(1));
  return { data: data.subarray(start * width, end * width), shape: [end - start, ...shape.slice(1)] };
}

/** Arrays one below the other; they differ in their first axis alone. */
export function joinRows(parts: readonly NumericArray[]): NumericArray {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const size = parts.reduce((total, { data }) => total + data.length, 0);
  const data = new (first.data.constructor as new (length: number) => NumericArray["data"])(size);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, shape: [parts.reduce((rows, { shape }) => rows + shape[0]!, 0), ...first.shape.slice(1)] };
}

/** The arrays of the inputs as people give them. */
export function toColumns(x: ColumnsInput): Columns {
  if (isArrayInput(x)) return toNumericArray(x, "x");
  return Object.fromEntries(Object.entries(x).map(([name, array]) => [name, toNumericArray(array, `x.${name}`)]));
}
