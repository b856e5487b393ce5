/** Cells of Rondo by name, for tasks that compare them. */
import { cells, recurrent } from "../rondo.js";

export function cellOf(name) {
  const found = cells.find((cell) => cell.name === name);
  if (found === undefined) {
    throw new Error(`Expected a cell among ${cells.map((cell) => cell.name).join(", ")}, got ${name}.`);
  }
  return found;
}

/** A recurrent layer of the cell of that name. */
export const layerOf = (name, units, options) => recurrent(cellOf(name), units, options);

/** Whether a cell gets the time since the step before as an input of its own. */
export const takesGap = (name) =>
  layerOf(name, 1)
    .furtherFor(1)
    .some(([input]) => input === "gap");
