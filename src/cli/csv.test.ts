import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsv } from "./csv.ts";

const columns = (text: string, target = "y") => parseCsv(text, target).columns;
const rows = (text: string, target = "y") => parseCsv(text, target).rows;

describe("parseCsv", () => {
  test.each([",", ";", "\t", "|"])("finds the delimiter %j, also beside others in quotes", (delimiter) => {
    const text = [
      ["t", "y"],
      ["a", '"1,5;2|3\t4"'],
      ["b", "6"],
    ]
      .map((row) => row.join(delimiter))
      .join("\n");
    expect(parseCsv(text, "y")).toMatchObject({
      delimiter,
      columns: ["t", "y"],
      rows: [
        ["a", "1,5;2|3\t4"],
        ["b", "6"],
      ],
    });
  });

  test("decimal commas are no delimiters, in one column or beside semicolons", () => {
    expect(rows("y\n1,5\n2,5")).toEqual([["1,5"], ["2,5"]]);
    expect(rows("t;y\n1;1,5\n2;2,5")).toEqual([
      ["1", "1,5"],
      ["2", "2,5"],
    ]);
  });

  test("reads back what a careful writer writes, whatever the cells hold", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", ",", ";", '"', "\n", " ", "é", "\t", "'") });
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n"), fc.boolean(), (cells, end, bom) => {
        const quoted = [["name", "y", "z"], ...cells].map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`));
        const text = (bom ? "\ufeff" : "") + quoted.map((row) => row.join(",")).join(end) + end;
        expect(rows(text)).toEqual(cells);
      }),
    );
  });

  test("a first row of data is no header", () => {
    const { columns, rows, notes } = parseCsv("2020-01,5\n2020-02,6\n2020-03,7", "2");
    expect(columns).toEqual(["1", "2"]);
    expect(rows).toHaveLength(3);
    expect(notes.join()).toMatch(/no header row/);
  });

  test("years may be names of columns", () => {
    expect(columns("country,1960,1961\nA,1,2\nB,3,4", "1961")).toEqual(["country", "1960", "1961"]);
  });

  test("an empty name of a column, as data frames write it, is a name", () => {
    expect(columns(",y\n0,5\n1,6")).toEqual(["", "y"]);
  });

  test("comments are skipped, but one above bare numbers is the header", () => {
    expect(columns("# by hand\n# in May\nt,y\n1,2")).toEqual(["t", "y"]);
    expect(columns("# t,y\n1,2\n2,3")).toEqual(["t", "y"]);
  });

  test("a declared delimiter is obeyed", () => {
    expect(rows("sep=;\nt;y\n1;2,5")).toEqual([["1", "2,5"]]);
  });

  test("short rows are filled, a few overlong ones left out, trailing delimiters ignored", () => {
    const many = Array.from({ length: 40 }, (_, n) => `${n},${n}`);
    const { rows, notes } = parseCsv(["t,y", "a", "b,1,2", ...many].join("\n"), "y");
    expect(rows).toHaveLength(41);
    expect(rows[0]).toEqual(["a", ""]);
    expect(notes.join(" ")).toMatch(/more cells than the header.*too few cells/);
    expect(parseCsv("t,y,\n1,2,\n3,4,\n", "y").rows).toEqual([
      ["1", "2", ""],
      ["3", "4", ""],
    ]);
  });

  test("blank lines do not count, except as empty cells of a single column", () => {
    expect(rows("t,y\n\n1,2\n\n3,4\n\n\n")).toHaveLength(2);
    expect(rows("y\n1\n\n3\n\n")).toEqual([["1"], [""], ["3"]]);
  });

  test.each([
    ["t,y\n1,2,3\n2,3,4\n", /^Expected 2 cells in every row, as in the first, got 3 in 2 of 2 rows .*in quotes\.$/],
    ['t,y\n1,"2\n2,3\n', /^Expected every quoted cell to end .* in row 2: close or double the quote\.$/s],
    [",,\n1,2,3", /^Expected a table with a header row, got no cells: check the file\.$/],
  ])("refuses %j with one sentence", (text, message) => {
    expect(() => parseCsv(text, "y")).toThrow(message);
  });

  test("any text is a table or is refused with one sentence", () => {
    const text = fc.string({
      unit: fc.constantFrom("y", "1", ",", ";", '"', "\n", "\r", "#", " ", "="),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, (any) => {
        try {
          const table = parseCsv(any, "y");
          for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
        } catch (error) {
          expect((error as Error).name).toBe("FormatError");
          expect((error as Error).message).toMatch(/^Expected .*, got .*\.$/s);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
