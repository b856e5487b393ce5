/** What is added to a product is added while the product is made. */
import { describe, expect, test } from "vitest";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Instruction, ScanInstruction } from "../program/format.ts";
import { compile } from "./compile.ts";

const outline = (instructions: readonly Instruction[]) =>
  instructions.map((i) => (i.kind === "matmul" && i.added ? "matmul+" : i.kind));

const [B, I, H] = [5, 2, 3];
const [w, u, b] = [g.variable("w", [I, 2 * H]), g.variable("u", [H, 2 * H]), g.variable("b", [2 * H])];

/** The program of one product and what `sum` adds to it. */
function programOf(sum: (product: Tensor, x: Tensor, y: Tensor) => Tensor) {
  const [x, y] = [g.input("x", [B, I]), g.input("y", [B, 2 * H])];
  return compile({ inputs: [x, y], outputs: [sum(g.matmul(x, w), x, y)], updates: [] }).program;
}

function loopOf(sum: (x: Tensor, h: Tensor) => Tensor) {
  const xs = g.input("xs", [7, B, I]);
  const { carry } = g.scan(
    ({ h }: { h: Tensor }, { x }: { x: Tensor }) => {
      const [f, c] = g.split(sum(x, h), 2);
      return { carry: { h: g.add(g.mul(g.sigmoid(f), h), g.tanh(c)) } };
    },
    { h: g.full([B, H], 0) },
    { x: xs },
  );
  const { instructions } = compile({ inputs: [xs], outputs: [carry.h], updates: [] }).program;
  const scan = instructions.find((i): i is ScanInstruction => i.kind === "scan")!;
  return { outside: outline(instructions), body: outline(scan.body), map: scan.body.find((i) => i.kind === "map")! };
}

describe("outside loops", () => {
  test("a bias", () => {
    expect(outline(programOf((product) => g.add(product, b)).instructions)).toEqual(["matmul+"]);
    expect(outline(programOf((product) => g.tanh(g.add(b, product))).instructions)).toEqual(["matmul+", "map"]);
  });

  test("another product", () => {
    const twice = programOf((product, x) => g.add(g.add(product, b), g.matmul(x, g.mul(w, 2))));
    expect(outline(twice.instructions)).toEqual(["matmul+", "map", "matmul+"]);
  });

  test("not a product that others use as it is", () => {
    expect(outline(programOf((product) => g.mul(g.add(product, b), product)).instructions)).toEqual(["matmul", "map"]);
  });

  test("not elementwise work where elementwise work follows: all of it is one map", () => {
    const around = programOf((product, _x, y) => g.tanh(g.add(product, g.exp(y))));
    expect(outline(around.instructions)).toEqual(["matmul", "map"]);
    const before = programOf((product, _x, y) => g.add(product, g.exp(y)));
    expect(outline(before.instructions)).toEqual(["map", "matmul+"]);
  });

  test("elementwise work and two products: one product on top of the other", () => {
    const sum = programOf((product, x, y) => g.add(g.add(g.exp(y), product), g.matmul(x, g.mul(w, 2))));
    expect(outline(sum.instructions)).toEqual(["map", "matmul+", "map", "matmul+"]);
  });

  test("the bias alone where elementwise work is added as well and follows", () => {
    const around = programOf((product, _x, y) => g.tanh(g.add(g.add(product, b), g.exp(y))));
    expect(outline(around.instructions)).toEqual(["matmul+", "map"]);
  });
});

describe("in loops, in whatever order it is written", () => {
  test.each([
    ["b + xW + hU", (x: Tensor, h: Tensor) => g.add(g.add(b, g.matmul(x, w)), g.matmul(h, u))],
    ["(xW + hU) + b", (x: Tensor, h: Tensor) => g.add(g.add(g.matmul(x, w), g.matmul(h, u)), b)],
    ["hU + (b + xW)", (x: Tensor, h: Tensor) => g.add(g.matmul(h, u), g.add(b, g.matmul(x, w)))],
  ])("%s: bias and input in one product before the loop, the state's product on top of it", (_, sum) => {
    const { outside, body, map } = loopOf(sum);
    expect(outside.filter((kind) => kind.startsWith("matmul"))).toEqual(["matmul+"]);
    expect(body).toEqual(["matmul+", "map"]);
    // Two gates and the state go in; nothing is added up before them.
    expect(map).toMatchObject({ inputs: { length: 3 }, steps: { length: 4 } });
  });
});
