/** Arrays by name, in the order of a model's inputs or outputs: for models that name them, and for data that does not fit. */
import { isArrayInput, type NumericArray } from "../data/array.ts";
import type { Columns } from "../data/batches.ts";
import { explain, OptionError, show } from "../errors.ts";

export function arrange(
  owner: string,
  end: "input" | "output",
  names: readonly string[],
  single: boolean,
  columns: Columns,
): readonly NumericArray[] {
  if (isOne(columns)) {
    if (single) return [columns];
    const expected = `${owner} by ${end} name: ${names.join(", ")}`;
    throw new OptionError(
      explain({ expected, got: "one array", remedy: `the model has ${names.length} named ${end}s` }),
    );
  }
  const keys = Object.keys(columns);
  if (single || keys.length !== names.length || !names.every((name) => columns[name] !== undefined)) {
    const expected = single ? `${owner} to be one array` : `${owner} by ${end} name: ${names.join(", ")}`;
    throw new OptionError(explain({ expected, got: keys.length === 0 ? "none" : keys.join(", ") }));
  }
  return names.map((name) => columns[name]!);
}

/** One array of weights serves all outputs. */
export function arrangeWeights(names: readonly string[], single: boolean, columns: Columns) {
  if (isOne(columns)) return names.map(() => columns);
  for (const key of Object.keys(columns)) {
    if (!single && names.includes(key)) continue;
    const expected = single ? "sampleWeight to be one array" : `sampleWeight by output name: ${names.join(", ")}`;
    throw new OptionError(explain({ expected, got: show(key) }));
  }
  return names.map((name) => columns[name]);
}

function isOne(columns: Columns): columns is NumericArray {
  return isArrayInput(columns);
}
