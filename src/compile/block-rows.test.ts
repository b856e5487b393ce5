import { expect, test } from "vitest";
import * as g from "../graph/index.ts";
import { nodesOf } from "../graph/walk.ts";
import { rowsOfBlock } from "./block-rows.ts";

/** A step that computes a value of that width. */
const step = (rows: number, width: number) => nodesOf([g.exp(g.input("x", [rows, width]))]);

test.each([
  { rows: 128, width: 200, isUneven: false, expected: 64 },
  { rows: 32, width: 256, isUneven: false, expected: 32 },
  { rows: 96, width: 512, isUneven: false, expected: 32 },
  { rows: 64, width: 1024, isUneven: false, expected: 32 },
  { rows: 50, width: 4096, isUneven: false, expected: 28 },
  { rows: 128, width: 200, isUneven: true, expected: 24 },
  { rows: 7, width: 5, isUneven: true, expected: 7 },
  { rows: 1, width: 100_000, isUneven: false, expected: 1 },
])("$rows rows of $width in blocks of $expected", ({ rows, width, isUneven, expected }) => {
  expect(rowsOfBlock(rows, step(rows, width), isUneven)).toBe(expected);
});
