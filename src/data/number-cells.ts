/**
 * Numbers as people and programs write them in tables: `1234.5`, `1,234.5`, `1.234,5`, `1 234,5`, `1'234.5`, `$1,234`,
 * `12 %`, `(1,234)` for a loss, `1.5e3`. Which sign is the decimal sign is a property of the column, not of the cell, so it
 * is found from all cells of a column first.
 */

export type DecimalSign = "." | ",";

/** What one cell of a numeric column turned out to be. */
export type NumberCell =
  | { kind: "number"; value: number }
  | { kind: "missing" }
  /** Infinite, or too large for sums of squares to stay finite. */
  | { kind: "notFinite" }
  | { kind: "notNumeric" };

/** Numbers of a larger magnitude are counted as not finite: their squares would overflow a float64 long before any use. */
export const LARGEST_MAGNITUDE = 1e100;

const MISSING = /^(|[-–—.?]+|n\/?a|n\.a\.|#n\/a|#value!|#div\/0!|#ref!|#num!|nan|-nan|null|none|nil|missing)$/i;
const INFINITE = /^[+-]?(inf|infinity|∞)$/i;
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?(e[+-]?\d+)?$/i;
/** No number that anybody writes is longer; what is longer is text, and is not worth looking at closely. */
const LONGEST_CELL = 64;

/** True for an empty cell and for the usual texts that mean "no value": NA, NaN, null, `-`, … */
export function isMissingCell(cell: string): boolean {
  return MISSING.test(cell.trim());
}

/**
 * Finds the decimal sign of a column from its cells.
 *
 * Evidence for the comma: `1,5` (not three digits after it), `0,125` (no thousands start with 0), `1.234,5`,
 * `1.234.567`. Evidence for the point is the mirror image. A comma followed by exactly three digits proves nothing and is
 * then read as a thousands separator, unless `delimiter` shows a file in which commas are free to be decimal signs.
 */
export function findDecimalSign(cells: Iterable<string>, delimiter = ","): DecimalSign {
  let comma = 0;
  let point = 0;
  let undecided = 0;
  for (const cell of cells) {
    const digits = stripDecoration(cell)
      .replace(/^[+-]/, "")
      .replace(/e[+-]?\d+$/i, "");
    const separators = digits.replace(/\d/g, "");
    if (separators === "" || !/^[\d.,]+$/.test(digits)) continue;
    const sign = decimalSignOf(digits, separators);
    if (sign === ",") comma++;
    else if (sign === ".") point++;
    else if (separators === ",") undecided++;
  }
  if (comma !== point) return comma > point ? "," : ".";
  return undecided > 0 && delimiter !== "," && point === 0 ? "," : ".";
}

/** The decimal sign that one number proves, if it proves any. */
function decimalSignOf(digits: string, separators: string): DecimalSign | undefined {
  const last = separators.at(-1) as DecimalSign;
  if (separators.includes(",") && separators.includes(".")) return last;
  if (separators.length > 1) return last === "," ? "." : ",";
  if (/^0\D\d/.test(digits) || !/^\d{1,3}\D\d{3}$/.test(digits)) return last;
  return undefined;
}

/** Reads one cell of a numeric column. */
export function readNumber(cell: string, decimal: DecimalSign = "."): NumberCell {
  if (isMissingCell(cell)) return { kind: "missing" };
  if (INFINITE.test(cell.trim())) return { kind: "notFinite" };
  const bare = stripDecoration(cell);
  const text = decimal === "," ? swapSigns(bare) : bare;
  if (!PLAIN.test(text) && !GROUPED.test(text)) return { kind: "notNumeric" };
  const value = Number(text.replaceAll(",", ""));
  if (Math.abs(value) > LARGEST_MAGNITUDE) return { kind: "notFinite" };
  return { kind: "number", value };
}

/** Exchanges points and commas, so that the rest only has to know the decimal point. */
function swapSigns(text: string): string {
  return text.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));
}

/** Takes off what does not change the number: currency, per cent, grouping spaces and apostrophes; `(5)` becomes `-5`. */
function stripDecoration(cell: string): string {
  let text = cell.trim().replace(/[−–]/g, "-");
  if (text.length > LONGEST_CELL) return text;
  const negative = /^\((.*)\)$/.exec(text);
  if (negative) text = `-${negative[1]}`;
  text = text.replace(/^([+-]?)\s*(?:\p{Sc}|USD|EUR|GBP|CHF|JPY)\s*([+-]?)/iu, "$1$2");
  text = text.replace(/\s*(?:%|\p{Sc}|USD|EUR|GBP|CHF|JPY)$/iu, "");
  return text.replace(/(?<=\d)['’\s](?=\d{3}(?!\d))/g, "");
}
