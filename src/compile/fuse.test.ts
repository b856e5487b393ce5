import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as g from "../graph/index.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { fuse, type Unit } from "./fuse.ts";
import { schedule } from "./schedule.ts";

/** Work of which some fuses (two shapes) and some does not. */
const moves: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => (x.rank === y.rank ? g.add(x, y) : g.tanh(x)),
  (x, y) => (x.rank === y.rank ? g.mul(y, x) : g.exp(y)),
  (x) => g.neg(x),
  (x) => (x.rank === 2 ? g.matmul(x, x) : g.reverse(x, 0)),
  (x) => (x.rank === 2 ? g.sum(x, { axes: [0] }) : g.broadcastTo(x, [2, 2])),
];

function grow(recipe: readonly (readonly [number, number, number])[]): readonly Node[] {
  const pool: Tensor[] = [g.input("x", [2, 2]), g.input("y", [2])];
  for (const [move, x, y] of recipe) pool.push(moves[move]!(pool[x % pool.length]!, pool[y % pool.length]!));
  return nodesOf(pool);
}

const graphs = fc
  .array(fc.tuple(fc.nat(moves.length - 1), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 40 })
  .map(grow);

/** Whether each unit comes after those that make what it reads. */
function isOrdered(units: readonly Unit[]): boolean {
  const done = new Set<Node>();
  return units.every(({ nodes }) => {
    const own = new Set(nodes);
    const ready = nodes.every((node) => node.inputs.every((x) => done.has(x.node) || own.has(x.node)));
    for (const node of nodes) done.add(node);
    return ready;
  });
}

test("units hold every node once, are of one shape, and need each other in one direction", () => {
  let largest = 0;
  fc.assert(
    fc.property(graphs, (nodes) => {
      const units = fuse(nodes);
      expect(units.flatMap((unit) => unit.nodes).sort((a, b) => a.id - b.id)).toEqual(nodes);
      for (const unit of units) {
        largest = Math.max(largest, unit.nodes.length);
        if (unit.nodes.length === 1) continue;
        expect(unit.nodes.every((node) => node.op.scalar !== undefined)).toBe(true);
        expect(new Set(unit.nodes.map((node) => `${node.outputs[0]!.shape}`)).size).toBe(1);
        expect(unit.nodes.every((node, i) => i === 0 || unit.nodes[i - 1]!.id < node.id)).toBe(true);
      }
      const order = schedule(units);
      expect(order).toHaveLength(units.length);
      expect(isOrdered(order)).toBe(true);
    }),
    { numRuns: 400, seed: 1 },
  );
  expect(largest).toBeGreaterThan(4);
});

describe("fuses", () => {
  const x = g.input("x", [2, 2]);
  const unitsOf = (...roots: Tensor[]) =>
    fuse(nodesOf(roots).filter((node) => node.op.scalar || node.op.name === "matmul"));
  const sizesOf = (...roots: Tensor[]) =>
    unitsOf(...roots)
      .map((unit) => unit.nodes.length)
      .sort();

  test("a chain", () => expect(sizesOf(g.exp(g.neg(g.tanh(x))))).toEqual([3]));
  test("a diamond", () => {
    const a = g.tanh(x);
    expect(sizesOf(g.add(g.exp(a), g.neg(a)))).toEqual([4]);
  });
  test("work apart that reads the same", () => expect(sizesOf(g.exp(x), g.neg(x))).toEqual([2]));
  test("not around what must lie between", () => {
    const a = g.tanh(x);
    expect(sizesOf(g.add(a, g.matmul(a, a)))).toEqual([1, 1, 1]);
  });
  test("not what a chain of others would come back to", () => {
    const a = g.tanh(x);
    const b = g.matmul(a, a);
    // c reads x like a does, but needs b, which needs a.
    const c = g.mul(x, b);
    const order = schedule(unitsOf(c, g.neg(a)));
    expect(isOrdered([{ nodes: [x.node] }, ...order])).toBe(true);
  });
  test("no more than fit in the cache", () => {
    let y: Tensor = x;
    for (let i = 0; i < 200; i++) y = g.neg(y);
    expect(sizesOf(y)).toEqual([8, 96, 96]);
  });
});

describe("the schedule", () => {
  test("keeps what is late for the end", () => {
    const x = g.input("x", [2, 2]);
    const [late, other] = [g.matmul(x, x), g.matmul(g.matmul(x, g.transpose(x)), x)];
    const order = schedule(fuse(nodesOf([late, other])), (unit) => unit.nodes.includes(late.node));
    expect(order.at(-1)!.nodes).toEqual([late.node]);
  });

  test("does what is late early when others need it", () => {
    const x = g.input("x", [2, 2]);
    const late = g.matmul(x, x);
    const order = schedule(fuse(nodesOf([g.matmul(late, x)])), (unit) => unit.nodes.includes(late.node));
    expect(isOrdered(order)).toBe(true);
  });
});
