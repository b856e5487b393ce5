/** Rows of arrays, ragged or not. What makes `Ragged` is not here: most training is on even rows. */
import { sizeOf } from "../graph/tensor.ts";
import type { NumericArray } from "./array.ts";
import type { Ragged } from "./ragged.ts";

export function isRagged(array: NumericArray | undefined): array is Ragged {
  return typeof (array as Partial<Ragged> | undefined)?.select === "function";
}

export function rowCount(array: NumericArray): number {
  return isRagged(array) ? array.rows : array.shape[0]!;
}

/** The rows with these numbers, in this order. */
export function selectRows(array: NumericArray, rows: Int32Array): NumericArray {
  if (isRagged(array)) return array.select(rows);
  const { data, shape } = array;
  const width = sizeOf(shape.slice(1));
  const taken = new (data.constructor as new (length: number) => NumericArray["data"])(rows.length * width);
  for (const [index, row] of rows.entries()) {
    taken.set(data.subarray(row * width, (row + 1) * width), index * width);
  }
  return { data: taken, shape: [rows.length, ...shape.slice(1)] };
}
