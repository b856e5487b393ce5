import { describe, expect, test } from "vitest";
import * as g from "../graph/index.ts";
import type { ScanAttributes } from "../graph/ops/scan.ts";
import type { Tensor } from "../graph/tensor.ts";
import { independentRows } from "./rows.ts";

const [rows, units] = [4, 3];
const x = g.input("x", [2, rows, units]);
const weight = g.input("weight", [units, units]);
const square = g.input("square", [rows, rows]);
const perRow = g.input("perRow", [rows, units]);
const bias = g.input("bias", [units]);
const memory = g.input("memory", [rows, 5, units]);
const tokens = g.input("tokens", [rows], "int32");

/** The rows that are independent when a step's next state is `next`. */
function rowsOf(next: (s: Tensor, x: Tensor) => Tensor, more: (s: Tensor) => Record<string, Tensor> = () => ({})) {
  const { carry } = g.scan(
    ({ s }, { x }) => ({ carry: { s: next(s, x) }, outputs: more(s) }),
    { s: g.full([rows, units], 0) },
    { x },
  );
  return independentRows((carry.s.node.attributes as ScanAttributes).body);
}

describe("rows are independent", () => {
  test.each<[string, (s: Tensor, x: Tensor) => Tensor]>([
    ["in elementwise work", (s, x) => g.add(s, g.mul(x, 2))],
    ["beside weights", (s, x) => g.add(g.add(g.matmul(s, weight), x), bias)],
    ["beside a weight seen in another way", (s) => g.matmul(s, g.transposeLast(weight))],
    ["beside what is uniform", (s) => g.matmul(s, g.full([units, units], 1))],
    ["beside constants with a row for each", (s, x) => g.add(g.mul(s, perRow), x)],
    ["beside what is made of constants", (s) => g.matmul(s, g.mul(weight, bias))],
    [
      "in sums and maxima along other axes",
      (s) => g.sub(s, g.add(g.sum(s, { axes: [1], keepDims: true }), g.max(s, { axes: [1], keepDims: true }))),
    ],
    [
      "in products of each row's own matrices",
      (s) =>
        g.reshape(g.matmul(g.matmul(g.reshape(s, [rows, 1, units]), g.transposeLast(memory)), memory), [rows, units]),
    ],
    ["in look-ups in a fixed table", (s) => g.add(s, g.gather(weight, g.argmax(s)))],
    [
      "when other axes are cut and joined",
      (s, x) => g.concat([g.sliceAxis(s, 1, 2, 1), g.pad(g.sliceAxis(x, 1, 0, 1), [0, 0], [0, 1])]),
    ],
    [
      "when other axes change places",
      (s) => g.add(s, g.sum(g.transpose(g.mul(g.reshape(s, [rows, 1, units]), memory), [0, 2, 1]), { axes: [2] })),
    ],
  ])("%s", (_, next) => {
    expect(rowsOf(next)).toBe(rows);
  });
});

describe("rows mix", () => {
  test.each<[string, (s: Tensor, x: Tensor) => Tensor]>([
    ["in a sum over them", (s) => g.sub(s, g.sum(s, { axes: [0] }))],
    ["in a maximum over them", (s) => g.sub(s, g.max(s, { axes: [0] }))],
    ["in a product from the left", (s) => g.matmul(square, s)],
    ["in a product with what varies", (s, x) => g.matmul(g.matmul(s, g.transposeLast(x)), x)],
    ["when they change places with another axis", (s) => g.reshape(g.transpose(s), [rows, units])],
    ["when they are reversed", (s) => g.reverse(s, 0)],
    ["when they are shifted", (s) => g.pad(g.sliceAxis(s, 0, 0, rows - 1), [1, 0], [0, 0])],
    ["when they are joined", (s) => g.sliceAxis(g.concat([s, s], 0), 0, 2, rows)],
    ["when they are cut", (s) => g.concat(g.split(s, 2, 0), 0)],
    ["when one of them serves all", (s) => g.broadcastTo(g.sliceAxis(s, 0, 1, 1), [rows, units])],
    ["in look-ups in what varies", (s) => g.gather(s, tokens)],
    ["in sums by index", (s) => g.scatterAdd(s, tokens, rows)],
  ])("%s", (_, next) => {
    expect(rowsOf(next)).toBeUndefined();
  });

  test("in an output without them", () => {
    expect(
      rowsOf(
        (s) => s,
        (s) => ({ mean: g.mean(s) }),
      ),
    ).toBeUndefined();
    expect(
      rowsOf(
        (s) => s,
        (s) => ({ whole: g.reshape(s, [rows * units]) }),
      ),
    ).toBeUndefined();
    expect(
      rowsOf(
        (s) => s,
        () => ({ weight }),
      ),
    ).toBeUndefined();
  });
});

test("a sequence without rows, even with as many units", () => {
  const flat = g.input("flat", [2, rows]);
  const { carry } = g.scan(
    ({ s }, { x }) => ({ carry: { s: g.mul(s, x) } }),
    { s: g.full([rows, rows], 0) },
    { x: flat },
  );
  expect(independentRows((carry.s.node.attributes as ScanAttributes).body)).toBeUndefined();
});
