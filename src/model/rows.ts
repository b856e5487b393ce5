/** Parts and wholes of arrays along their first axis. */
import type { NumericArray } from "../data/array.ts";
import { Ragged, ragged } from "../data/ragged.ts";
import { explain, ShapeError } from "../errors.ts";
import { sameShape, showShape, sizeOf } from "../graph/tensor.ts";

/** Rows `start` to `end` − 1, without copying. */
export function rowsOf({ data, shape }: NumericArray, start: number, end: number): NumericArray {
  const width = sizeOf(shape.slice(1));
  return { data: data.subarray(start * width, end * width), shape: [end - start, ...shape.slice(1)] };
}

/** Arrays one below the other; they differ in their first axis alone. */
export function joinRows(parts: readonly NumericArray[]): NumericArray {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  if (parts.every((part) => part instanceof Ragged)) return joinRagged(parts);
  if (!parts.every(({ shape }) => sameShape(shape.slice(1), first.shape.slice(1)))) {
    const got = parts.map(({ shape }) => showShape(shape)).join(" and ");
    const remedy = "give rows that end together, or all in one batch";
    throw new ShapeError(explain({ expected: "batches of outputs that differ in their rows alone", got, remedy }));
  }
  const size = parts.reduce((total, { data }) => total + data.length, 0);
  const data = new (first.data.constructor as new (length: number) => NumericArray["data"])(size);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, shape: [parts.reduce((rows, { shape }) => rows + shape[0]!, 0), ...first.shape.slice(1)] };
}

function joinRagged(parts: readonly Ragged[]): Ragged {
  const all = parts.flatMap((part) => Array.from(part.lengths, (_, row) => part.row(row)));
  return ragged(all);
}
