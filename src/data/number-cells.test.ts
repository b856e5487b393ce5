import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findDecimalSign, isMissingCell, readNumber } from "./number-cells.ts";

const value = (cell: string, decimal: "." | "," = ".") => {
  const read = readNumber(cell, decimal);
  return read.kind === "number" ? read.value : read.kind;
};

describe("readNumber", () => {
  test.each([
    ["12", 12],
    [" -1.5 ", -1.5],
    ["−3", -3],
    ["+.5", 0.5],
    ["1.5e3", 1500],
    ["1,234,567.5", 1234567.5],
    ["12,34,567", 1234567],
    ["1 234 567", 1234567],
    ["1\u202f234,5", "notNumeric"],
    ["1'234.5", 1234.5],
    ["$1,234", 1234],
    ["-€5", -5],
    ["12 %", 12],
    ["(1,200)", -1200],
    ["3 apples", "notNumeric"],
    ["0x10", "notNumeric"],
    ["1,5", "notNumeric"],
    ["12:30", "notNumeric"],
    ["", "missing"],
    ["N/A", "missing"],
    ["#VALUE!", "missing"],
    ["-", "missing"],
    ["null", "missing"],
    ["inf", "notFinite"],
    ["-Infinity", "notFinite"],
    ["1e999", "notFinite"],
    ["1e200", "notFinite"],
  ])("%j is %j", (cell, expected) => expect(value(cell)).toBe(expected));

  test.each([
    ["1,5", 1.5],
    ["1.234,5", 1234.5],
    ["1.234.567", 1234567],
    ["1 234,5", 1234.5],
    ["1\u202f234,5", 1234.5],
    ["0,125", 0.125],
    ["1.5", "notNumeric"],
  ])("with a decimal comma %j is %j", (cell, expected) => expect(value(cell, ",")).toBe(expected));

  test("reads back whatever JavaScript writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e99, max: 1e99 }), (number) => {
        expect(value(String(number))).toBe(number + 0);
        expect(value(String(number).replace(".", ","), ",")).toBe(number + 0);
      }),
    );
  });

  test("reads grouped numbers in both styles alike", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        const english = `${whole.toLocaleString("en-US")}.${String(cents).padStart(2, "0")}`;
        const german = english.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));
        expect(value(german, ",")).toBe(value(english));
        expect(value(english)).toBeCloseTo(Number(`${whole}.${String(cents).padStart(2, "0")}`), 6);
      }),
    );
  });

  test("takes a cell of a million spaces or digits for text without delay", () => {
    expect(value(`1${" ".repeat(1e6)}x`)).toBe("notNumeric");
    expect(value(`${"1,".repeat(1e6)}x`)).toBe("notNumeric");
  });
});

describe("findDecimalSign", () => {
  test.each([
    [["1.5", "2"], "."],
    [["1,5", "2"], ","],
    [["0,125"], ","],
    [["1.234,5"], ","],
    [["1,234.5"], "."],
    [["1.234.567"], ","],
    [["1,234,567"], "."],
    [["1,234"], "."],
    [["1.234"], "."],
    [["1,234", "5.25"], "."],
    [["1.234", "5,25"], ","],
    [["a,b", "x.y"], "."],
  ])("of %j is %j", (cells, sign) => expect(findDecimalSign(cells)).toBe(sign));

  test("a lone comma before three digits is a decimal sign where commas do not separate cells", () => {
    expect(findDecimalSign(["1,234"], ";")).toBe(",");
    expect(findDecimalSign(["1,234", "1.5"], ";")).toBe(".");
  });
});

test("numbers are never missing", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (number) => !isMissingCell(String(number))));
});
