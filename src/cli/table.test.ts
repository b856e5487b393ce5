import { describe, expect, test } from "vitest";
import { shortNumber, textTable } from "./table.ts";

test("textTable lines up names to the left and numbers to the right", () => {
  expect(
    textTable(
      ["name", "n"],
      [
        ["a", "1"],
        ["long name", "12.5"],
      ],
    ),
  ).toBe(["name          n", "─────────  ────", "a             1", "long name  12.5"].join("\n"));
});

describe("shortNumber", () => {
  test.each([
    [0, "0"],
    [2.34567, "2.346"],
    [-76, "-76.00"],
    [123456.7, "123457"],
    [0.00123456, "0.001235"],
    [1e12, "1.000e+12"],
    [1e-9, "1.000e-9"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("%f is %s", (value, text) => expect(shortNumber(value)).toBe(text));
});
