import { explain, FormatError, show } from "../errors.ts";
import { findDecimalSign, isMissingCell, LARGEST_MAGNITUDE, readNumber } from "./number-cells.ts";

export interface NumberColumn {
  /** One value per row; NaN where the cell is empty or holds no finite number. */
  values: Float64Array;
  notes: string[];
}

/** The largest share of a column's filled cells that may be unreadable before it is refused. */
const UNREADABLE = 0.5;

/**
 * Reads a column of numbers. Cells that are empty, not numeric or not finite become missing values, and a note says so.
 *
 * @throws FormatError when the column holds no numbers, or mostly other things.
 */
export function readNumberColumn(name: string, cells: readonly string[], delimiter = ","): NumberColumn {
  const decimal = findDecimalSign(cells, delimiter);
  const values = new Float64Array(cells.length).fill(Number.NaN);
  const count = { number: 0, missing: 0, notFinite: 0, notNumeric: 0 };
  let odd: string | undefined;
  let comma: string | undefined;
  for (const [row, cell] of cells.entries()) {
    const read = readNumber(cell, decimal);
    count[read.kind]++;
    if (read.kind === "notNumeric") odd ??= cell.trim();
    if (read.kind !== "number") continue;
    values[row] = read.value;
    if (cell.includes(",")) comma ??= cell.trim();
  }
  const filled = cells.length - count.missing;
  if (count.notNumeric > UNREADABLE * filled || count.number === 0) refuse(name, cells, count, odd);
  const notes: string[] = [];
  const say = (amount: number, what: string) => {
    if (amount > 0) notes.push(`${amount} ${amount === 1 ? `${what} counts` : `${what}s count`} as missing.`);
  };
  say(count.missing, `empty cell`);
  if (count.notNumeric > 0) say(count.notNumeric, "non-numeric cell");
  if (odd !== undefined) notes.push(`The first non-numeric cell is ${show(odd)}.`);
  say(count.notFinite, "infinite or absurdly large cell");
  if (comma !== undefined) {
    const example = readNumber(comma, decimal);
    if (example.kind === "number") notes.push(`Numbers like ${show(comma)} were read as ${example.value}.`);
  }
  return { values, notes };
}

function refuse(
  name: string,
  cells: readonly string[],
  count: { number: number; missing: number; notFinite: number; notNumeric: number },
  odd: string | undefined,
): never {
  const expected = `the column ${show(name)} to hold numbers`;
  if (odd !== undefined) {
    throw new FormatError(
      explain({
        expected,
        got: `${show(odd)} and the like in ${count.notNumeric} of ${cells.length} rows`,
        remedy: "choose a numeric column",
      }),
    );
  }
  if (cells.some((cell) => !isMissingCell(cell))) {
    throw new FormatError(
      explain({
        expected: `${expected} below ${LARGEST_MAGNITUDE}`,
        got: "only infinite or larger ones",
        remedy: "rescale them",
      }),
    );
  }
  throw new FormatError(explain({ expected, got: "only empty cells", remedy: "name a column that has values" }));
}
