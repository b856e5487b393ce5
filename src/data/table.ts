import { explain, FormatError, OptionError, show } from "../errors.ts";

/** A table of text cells, as a CSV reader hands it over. */
export interface Table {
  columns: readonly string[];
  /** Every row has one cell per column. */
  rows: readonly (readonly string[])[];
  /** The sign between two cells of the file. */
  delimiter?: string;
}

/** The cells of one column, from top to bottom. */
export function cellsOf(table: Table, column: number): string[] {
  return table.rows.map((row) => row[column] ?? "");
}

/**
 * Finds a column by its name: exactly, or else ignoring case and surrounding spaces.
 *
 * @throws FormatError when several columns have that name. @throws OptionError when none has it.
 */
export function findColumn(table: Table, name: string, option: string): number {
  const normal = (text: string) => text.replace(/\s+/g, " ").trim().toLowerCase();
  const matching = (same: (column: string) => boolean) =>
    table.columns.flatMap((column, index) => (same(column) ? [index] : []));
  const exact = matching((column) => column.trim() === name.trim());
  const found = exact.length > 0 ? exact : matching((column) => normal(column) === normal(name));
  if (found.length > 1) {
    throw new FormatError(
      explain({
        expected: `one column named ${show(name)}`,
        got: `${found.length} (columns ${found.map((index) => index + 1).join(" and ")})`,
        remedy: "give each of them a name of its own in the file's first row",
      }),
    );
  }
  const [column] = found;
  if (column !== undefined) return column;
  throw new OptionError(
    explain({
      expected: `${option} to name a column of the file`,
      got: show(name),
      remedy: `choose one of ${listColumns(table.columns)}`,
    }),
  );
}

function listColumns(columns: readonly string[]): string {
  const shown = columns.slice(0, 12).map((column) => show(column.trim()));
  return columns.length > 12 ? `${shown.join(", ")} and ${columns.length - 12} more` : shown.join(", ");
}
