import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { Place } from "./bounds.ts";
import { encodeAll } from "./encode.ts";
import { ARENA, FIRST_BINDING, SCRATCH, type ScanInstruction, type SimpleInstruction, type View } from "./format.ts";

const view = (slot: number, strides: readonly number[], rest: Partial<View> = {}): View => ({
  slot,
  offset: 0,
  timeStride: 0,
  dtype: "float32",
  strides,
  ...rest,
});

const sizes: number[] = [];
sizes[ARENA] = 100;
sizes[SCRATCH] = 20;
sizes[FIRST_BINDING] = 12;

const copy = (
  shape: readonly number[],
  input: View,
  out = view(
    ARENA,
    shape.map(() => 0),
  ),
): SimpleInstruction => ({
  kind: "copy",
  shape,
  input,
  out,
});

describe("Place", () => {
  const check = (
    instruction: SimpleInstruction,
    { times = 1, rows, blockRows }: Partial<ScanInstruction> & { times?: number } = {},
  ) => expect(() => encodeAll([], [instruction], new Place(sizes, times, rows, blockRows)));

  test("counts offset, strides of either sign and time", () => {
    check(copy([3, 4], view(FIRST_BINDING, [4, 1]))).not.toThrow();
    check(copy([3, 4], view(FIRST_BINDING, [4, 1], { offset: 1 }))).toThrow(FormatError);
    check(copy([3, 4], view(FIRST_BINDING, [4, -1], { offset: 3 }))).not.toThrow();
    check(copy([3, 4], view(FIRST_BINDING, [4, -1], { offset: 2 }))).toThrow(/elements -1 to 10/);
    check(copy([4], view(FIRST_BINDING, [1], { timeStride: 4 })), { times: 3 }).not.toThrow();
    check(copy([4], view(FIRST_BINDING, [1], { timeStride: 4 })), { times: 4 }).toThrow(FormatError);
    check(copy([4], view(FIRST_BINDING, [1], { timeStride: -4, offset: 8 })), { times: 3 }).not.toThrow();
  });

  test("an empty view lies nowhere, a missing slot has no room", () => {
    check(copy([0, 99], view(FIRST_BINDING, [99, 1], { offset: 50 }))).not.toThrow();
    check(copy([1], view(FIRST_BINDING + 1, [1]))).toThrow(FormatError);
  });

  test("scratch holds one block of rows", () => {
    const place = { rows: 10, blockRows: 4 };
    check(copy([10, 5], view(SCRATCH, [5, 1])), place).not.toThrow();
    check(copy([10, 5], view(SCRATCH, [5, 1], { offset: 1 })), place).toThrow(FormatError);
    check(copy([10, 5], view(FIRST_BINDING, [1, 0])), place).not.toThrow();
    check(copy([13, 5], view(FIRST_BINDING, [1, 0])), { ...place, rows: 13 }).toThrow(FormatError);
  });

  test("panels take their whole room", () => {
    const pack = (offset: number): SimpleInstruction => ({
      kind: "pack",
      shape: [3, 4],
      input: view(FIRST_BINDING, [4, 1]),
      out: view(ARENA, [], { offset }),
    });
    check(pack(4)).not.toThrow();
    check(pack(5)).toThrow(FormatError);
  });

  test("refuses what is not whole and ranks that do not fit", () => {
    check(copy([1], view(FIRST_BINDING, [1], { offset: Number.NaN }))).toThrow(FormatError);
    check(copy([1], view(FIRST_BINDING, [1, 1]))).toThrow(/to have 1 strides/);
    const many = new Array<number>(17).fill(1);
    check(copy(many, view(FIRST_BINDING, many))).toThrow(/at most 16 dimensions/);
  });
});
