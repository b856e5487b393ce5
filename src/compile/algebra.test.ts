import { describe, expect, test } from "vitest";
import * as g from "../graph/index.ts";
import { fullValue } from "../graph/ops/full.ts";
import type { Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { simplify } from "./simplify.ts";

const x = g.input("x", [2, 3]);
const y = g.input("y", [2, 3]);
const w = g.input("w", [3, 3]);

const simple = (tensor: Tensor): Tensor => simplify([tensor])[0]!;
/** The ops that are left, sources aside. */
const ops = (tensor: Tensor): string[] => {
  return nodesOf([simple(tensor)]).flatMap(({ op, inputs }) => (inputs.length > 0 ? [op.name] : []));
};

describe("what holds for every number", () => {
  test.each<[string, Tensor]>([
    ["x + 0", g.add(x, 0)],
    ["0 + x", g.add(0, x)],
    ["x − 0", g.sub(x, 0)],
    ["x · 1", g.mul(x, 1)],
    ["1 · x", g.mul(1, x)],
    ["x / 1", g.div(x, 1)],
    ["−(−x)", g.neg(g.neg(x))],
    ["a label", g.label(x, "x")],
    ["stopGradient", g.stopGradient(x)],
    ["one of both branches", g.select(y, x, x)],
    ["the branch that is always taken", g.select(g.full([2, 3], 2), x, y)],
    ["the branch that is taken for NaN", g.select(g.full([2, 3], Number.NaN), x, y)],
    ["the branch that is never left", g.select(g.full([2, 3], 0), y, x)],
    ["a transpose and back", g.transpose(g.transpose(x))],
    ["a reshape and back", g.reshape(g.reshape(g.reshape(x, [6]), [3, 2]), [2, 3])],
    ["a slice of everything", g.slice(x, [0, 0], [2, 3])],
    ["a split into one part", g.split(x, 1)[0]],
    ["a part of what was joined", g.split(g.concat([y, x]), 2)[1]],
    ["several at once", g.mul(g.sub(g.transpose(g.add(0, g.transpose(x))), g.full([3], 0)), 1)],
  ])("%s is x", (_, tensor) => {
    expect(simple(tensor)).toBe(x);
  });

  test.each<[string, Tensor, number]>([
    ["arithmetic of numbers", g.add(g.mul(g.full([2], 3), 2), 1), 7],
    ["functions of numbers", g.log(g.exp(g.full([2], 3))), 3],
    ["a reshape", g.reshape(g.full([2, 3], 5), [6]), 5],
    ["a broadcast", g.broadcastTo(g.full([1, 3], 5), [2, 3]), 5],
    ["a transpose", g.transpose(g.full([2, 3], 5)), 5],
    ["a slice backwards", g.reverse(g.full([2, 3], 5), 0), 5],
    ["a concatenation", g.concat([g.full([2], 5), g.full([3], 5)]), 5],
    ["a part", g.split(g.full([2, 4], 5), 2)[1], 5],
    ["a sum", g.sum(g.full([2, 3], 5), { axes: [1] }), 15],
    ["a sum over nothing", g.sum(g.full([0, 3], Number.POSITIVE_INFINITY), { axes: [0] }), 0],
    ["a maximum", g.max(g.full([2, 3], -5)), -5],
    ["padded zeros", g.pad(g.full([2], 0), [1], [1]), 0],
    ["NaN", g.mul(g.full([2], Number.NaN), 0), Number.NaN],
  ])("%s is uniform", (_, tensor, value) => {
    expect(fullValue(simple(tensor))).toBe(value);
    expect(simple(tensor).shape).toEqual(tensor.shape);
  });

  test("0 − x is −x", () => expect(ops(g.sub(0, x))).toEqual(["neg"]));
  test("x + −y is x − y, on either side, where y is elementwise work", () => {
    expect(ops(g.add(x, g.neg(g.exp(y))))).toEqual(["exp", "sub"]);
    expect(ops(g.add(g.neg(g.exp(y)), x))).toEqual(["exp", "sub"]);
    expect(ops(g.add(x, g.neg(g.matmul(y, w))))).toContain("neg");
  });
  test("two broadcasts are one", () => {
    expect(ops(g.broadcastTo(g.broadcastTo(g.input("b", [3]), [2, 3]), [4, 2, 3]))).toEqual(["broadcast"]);
  });
  test("two sums are one", () => {
    const cube = g.input("cube", [2, 3, 4]);
    const folded = simple(g.sum(g.sum(cube, { axes: [1] }), { axes: [1] }));
    expect(folded.node.inputs).toEqual([cube]);
    expect(folded.node.attributes).toEqual({ axes: [1, 2] });
  });
});

describe("what does not hold for every number stays", () => {
  test.each<[string, Tensor, string[]]>([
    ["x · 0: NaN and infinities make NaN", g.mul(x, 0), ["mul"]],
    ["x − x: infinities make NaN", g.sub(x, x), ["sub"]],
    ["x / x: 0 makes NaN", g.div(x, x), ["div"]],
    ["0 / x: 0 makes NaN", g.div(0, x), ["div"]],
    ["x = x: NaN makes 0", g.equal(x, x), ["equal"]],
    ["x ≤ x: NaN makes 0", g.lessEqual(x, x), ["lessEqual"]],
    ["x ⁰: kept for the engine", g.pow(x, 0), ["pow"]],
    ["max(x, −∞): kept for the engine", g.maximum(x, Number.NEGATIVE_INFINITY), ["maximum"]],
    ["(x · 2) / 2: overflow makes infinity", g.div(g.mul(x, 2), 2), ["mul", "div"]],
    ["(x + 1) − 1: rounding", g.sub(g.add(x, 1), 1), ["add", "sub"]],
    ["a maximum over nothing", g.max(g.full([0, 3], 5), { axes: [0] }), ["max"]],
    ["a slice backwards", g.reverse(x, 0), ["slice"]],
    ["padded numbers", g.pad(g.full([2], 1), [1], [1]), ["unslice"]],
    ["different numbers joined", g.concat([g.full([2], 1), g.full([2], 0)]), ["concat"]],
  ])("%s", (_, tensor, left) => {
    expect(ops(tensor)).toEqual(left);
  });
});

describe("sharing", () => {
  test("equal work on equal inputs is one", () => {
    const [a, b] = simplify([g.tanh(g.add(x, y)), g.tanh(g.add(x, y))]);
    expect(a).toBe(b);
  });

  test("what differs in attributes, order, numbers or key stays apart", () => {
    const key = g.input("key", [2], "int32");
    const different = [
      g.sum(x, { axes: [0] }),
      g.sum(x, { axes: [1] }),
      g.sub(x, y),
      g.sub(y, x),
      g.add(x, 2),
      g.add(x, Number.NaN),
      g.add(x, Number.POSITIVE_INFINITY),
      g.add(x, Number.NEGATIVE_INFINITY),
      g.div(x, g.full([], -0)),
      g.div(x, g.full([], 0)),
      g.uniform(key, 1, [2]),
      g.uniform(key, 2, [2]),
      g.uniform(key, 2, [3]),
    ];
    expect(new Set(simplify(different)).size).toBe(different.length);
  });

  test("sources of equal looks are not the same", () => {
    const sources = [
      g.input("a", [2]),
      g.input("a", [2]),
      g.variable("v", [2]),
      g.variable("v", [2]),
      g.constant([1, 2]),
    ];
    expect(simplify(sources.map((source) => g.neg(source)))).toHaveLength(new Set(simplify(sources)).size);
  });

  test("each part of a split stays its own", () => {
    const [a, b] = g.split(g.input("z", [2, 6]), 2);
    const [c, d] = g.split(a.node.inputs[0]!, 2);
    const [first, second, third, fourth] = simplify([a, b, c, d]);
    expect([third, fourth]).toEqual([first, second]);
    expect(first).not.toBe(second);
  });
});

describe("splits", () => {
  const z = g.input("z", [2, 8]);
  const bias = g.input("bias", [8]);

  test("move up through sums and broadcasts, so that what follows is of one shape", () => {
    const [i, f] = g.split(g.add(g.add(z, g.mul(z, 2)), bias), 2);
    const left = ops(g.mul(g.sigmoid(i), g.tanh(f)));
    expect(left.filter((op) => op === "split").length).toBeLessThanOrEqual(2);
    const shapes = nodesOf([simple(g.mul(g.sigmoid(i), g.tanh(f)))]).filter((node) => node.op.scalar);
    for (const node of shapes) expect(node.outputs[0]!.shape).toEqual([2, 4]);
  });

  test("stay where all of what they cut is needed, too", () => {
    const sum = g.add(z, bias);
    const [i] = g.split(sum, 2);
    const nodes = nodesOf(simplify([i, g.sum(sum)]));
    expect(nodes.filter((node) => node.op.name === "add")).toHaveLength(1);
  });

  test("of a value that is repeated along the axis are that value", () => {
    const column = g.input("column", [2, 1]);
    const [a, b] = simplify(g.split(g.broadcastTo(column, [2, 8]), 2));
    expect(a).toBe(b);
    expect(a!.node.inputs).toEqual([column]);
  });
});
