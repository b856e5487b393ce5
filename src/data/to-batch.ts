/** Whatever arrays people have as a batch. It loads where they are not one as they are. */
import { explain, ShapeError, show } from "../errors.ts";
import { isArrayInput, type NumericArray, toNumericArray } from "./array.ts";
import { type Batch, type Columns, type ColumnsInput, type Examples, isSingle } from "./batches.ts";
import { rowCount } from "./rows.ts";

/** Reads the arrays of `examples` and checks that they have the same number of rows. */
export function toBatch(examples: Examples): Batch {
  const { x, y, sampleWeight } = examples;
  const batch = {
    x: toColumns(x, "x"),
    y: toColumns(y, "y"),
    ...(sampleWeight !== undefined && { sampleWeight: toColumns(sampleWeight, "sampleWeight") }),
  };
  const [first, ...others] = Object.entries(batch).flatMap(([name, columns]) => named(columns, name));
  const rows = rowCount(first![1]);
  for (const [name, array] of others) {
    if (rowCount(array) === rows) continue;
    const expected = `${name} to have ${rows} rows like ${first![0]}`;
    throw new ShapeError(explain({ expected, got: `${rowCount(array)}` }));
  }
  return { ...batch, rows };
}

export function toColumns(input: ColumnsInput, name: string): Columns {
  if (isArrayInput(input)) return requireRows(toNumericArray(input, name), name);
  if (typeof input !== "object" || input === null || Object.keys(input).length === 0) {
    const expected = `${name} to be an array, or arrays by name`;
    throw new ShapeError(explain({ expected, got: show(input) }));
  }
  return Object.fromEntries(
    Object.entries(input).map(([key, array]) => [
      key,
      requireRows(toNumericArray(array, `${name}.${key}`), `${name}.${key}`),
    ]),
  );
}

function requireRows(array: NumericArray, name: string): NumericArray {
  if (array.shape.length > 0) return array;
  throw new ShapeError(explain({ expected: `${name} to have rows on its first axis`, got: "a single number" }));
}

export function named(columns: Columns, name: string): [string, NumericArray][] {
  if (isSingle(columns)) return [[name, columns]];
  return Object.entries(columns).map(([key, array]) => [`${name}.${key}`, array]);
}
