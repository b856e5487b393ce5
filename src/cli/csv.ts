import Papa from "papaparse";
import { isMissingCell, readNumber, readTimeColumn, type Table } from "../data/index.ts";
import { explain, FormatError, show } from "../errors.ts";

export interface CsvTable extends Table {
  delimiter: string;
  /** What was assumed about the file, as sentences. */
  notes: string[];
}

/** Tried in this order; the first of equally good ones wins. */
const DELIMITERS = [",", ";", "\t", "|"];
/** Stands for "no delimiter": a control character that text files do not contain. */
const SINGLE_COLUMN = "\u001f";
/** The share of rows that may have too many cells before the file is refused. */
const OVERLONG = 0.05;
const SAMPLE_ROWS = 200;

/**
 * Reads CSV text: commas, semicolons, tabs or bars; quoted cells; any line ends; with or without a header row.
 *
 * @param target the column that will be asked for: a first row that holds it is a header, whatever it looks like
 * @throws FormatError for text that is no table
 */
export function parseCsv(text: string, target: string): CsvTable {
  const notes: string[] = [];
  let body = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const declared = /^sep=(.)\n/i.exec(body);
  if (declared) body = body.slice(declared[0].length);
  const commented = /^(?:#[^\n]*\n)+/.exec(body)?.[0] ?? "";
  const delimiter = declared?.[1] ?? findDelimiter(body.slice(commented.length) || body, target);
  const rows = split(body.slice(commented.length), delimiter);
  const width = rows[0]?.length ?? 0;
  // "# time,value" above bare numbers is a header; other comment lines are not.
  const lastComment = split(commented.trimEnd().split("\n").at(-1)?.replace(/^#\s*/, "") ?? "", delimiter)[0];
  if (lastComment && lastComment.length === width && (width > 1 || isTarget(lastComment, target)))
    rows.unshift(lastComment);
  else if (commented) notes.push("Lines that start with # were taken for comments.");

  const header = rows[0];
  if (header === undefined || header.every((cell) => cell.trim() === "")) {
    throw new FormatError(
      explain({ expected: "a table with a header row", got: "no cells", remedy: "check the file" }),
    );
  }
  const bare = isBare(rows, target);
  if (bare) notes.push("The file has no header row, so its columns are called 1, 2, 3, ….");
  const columns = bare ? header.map((_, index) => String(index + 1)) : header;
  return { columns, rows: evenRows(bare ? rows : rows.slice(1), columns.length, notes), delimiter, notes };
}

/** Splits text into rows of cells; blank lines do not count unless they are the empty cells of a single column. */
function split(text: string, delimiter: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(text.replace(/\n+$/, ""), { delimiter, newline: "\n", quoteChar: '"' });
  const quote = errors.find(({ type }) => type === "Quotes");
  if (quote) {
    const row = data[quote.row ?? 0]?.join(delimiter) ?? "";
    throw new FormatError(
      explain({
        expected: "every quoted cell to end with a quote before the next delimiter",
        got: `${show(row)} in row ${(quote.row ?? 0) + 1}`,
        remedy: "close or double the quote",
      }),
    );
  }
  const single = data.every((row) => row.length === 1);
  return single ? data : data.filter((row) => row.length > 1 || row[0]?.trim() !== "");
}

/**
 * The delimiter that splits the first rows most evenly into two or more cells. None of them does for a single column,
 * even if its numbers are written with decimal commas.
 */
function findDelimiter(text: string, target: string): string {
  const sample = text.split("\n", SAMPLE_ROWS + 1).join("\n");
  let best = { delimiter: SINGLE_COLUMN, fit: 0.5, width: 1 };
  for (const delimiter of DELIMITERS) {
    const rows = Papa.parse<string[]>(sample, {
      delimiter,
      newline: "\n",
      preview: SAMPLE_ROWS,
      skipEmptyLines: true,
    }).data;
    const [header = []] = rows;
    const width = header.length;
    if (width < 2) continue;
    // A header that has the target's name is found even above rows of other lengths.
    const named = isTarget(header, target) ? 1 : 0;
    const fit = named + rows.filter((row) => row.length === width).length / rows.length;
    if (fit > best.fit || (fit === best.fit && width > best.width)) best = { delimiter, fit, width };
  }
  return best.delimiter;
}

function isTarget(row: readonly string[], target: string): boolean {
  return row.some((cell) => cell.trim().toLowerCase() === target.trim().toLowerCase());
}

/**
 * True when the first row is data: above a column of numbers or times it holds one too. A row that holds the target's name
 * is a header all the same (years may be names of columns), unless that name is the number of a column.
 */
function isBare(rows: readonly string[][], target: string): boolean {
  const [first = [], ...rest] = rows;
  const byNumber = /^\d+$/.test(target.trim()) && Number(target) >= 1 && Number(target) <= first.length;
  if (isTarget(first, target) && !byNumber) return false;
  const below = rest.slice(0, SAMPLE_ROWS);
  let dataLike = 0;
  for (const [column, cell] of first.entries()) {
    const cells = below.map((row) => row[column] ?? "").filter((below) => !isMissingCell(below));
    if (cells.length === 0) continue;
    if (cells.every((each) => readNumber(each).kind === "number")) {
      if (readNumber(cell).kind !== "number") return false;
      dataLike++;
    } else if (readTimeColumn(cells)) {
      if (!readTimeColumn([cell])) return false;
      dataLike++;
    }
  }
  return dataLike > 0;
}

/** Gives every row one cell per column: short rows get empty cells, overlong ones are left out if they are few. */
function evenRows(rows: readonly string[][], width: number, notes: string[]): string[][] {
  const even: string[][] = [];
  const overlong: number[] = [];
  let short = 0;
  for (const [index, row] of rows.entries()) {
    if (row.slice(width).some((cell) => cell.trim() !== "")) {
      overlong.push(index);
      continue;
    }
    if (row.length < width) short++;
    even.push(Array.from({ length: width }, (_, column) => row[column] ?? ""));
  }
  const [first] = overlong;
  if (first !== undefined) {
    const row = rows[first] as string[];
    if (overlong.length > Math.max(1, OVERLONG * rows.length)) {
      throw new FormatError(
        explain({
          expected: `${width} cells in every row, as in the first`,
          got: `${row.length} in ${overlong.length} of ${rows.length} rows (row ${first + 1} of the data: ${show(row)})`,
          remedy: "put cells that contain the delimiter in quotes",
        }),
      );
    }
    const [have, were] = overlong.length === 1 ? ["row has", "was"] : ["rows have", "were"];
    notes.push(`${overlong.length} ${have} more cells than the header and ${were} left out (first: row ${first + 1}).`);
  }
  if (short > 0)
    notes.push(`${short} ${short === 1 ? "row has" : "rows have"} too few cells; the others count as empty.`);
  return even;
}
