/** What the programs of recurrent networks look like: which work is in the loop, and how much memory they take. */
import { describe, expect, test } from "vitest";
import type { Computation } from "../graph/computation.ts";
import * as g from "../graph/index.ts";
import type { Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import type { Instruction, Program, ScanInstruction } from "../program/format.ts";
import { compile } from "./compile.ts";

/** Sizes: time steps, rows, features, units. */
interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
}

type State = Readonly<Record<string, Tensor>>;

interface Cell {
  readonly gates: number;
  /** What is done at each step of back-propagation. */
  readonly back: string;
  readonly state: readonly string[];
  step(x: Tensor, h: Tensor, state: State, b: Tensor): State;
}

const lstm: Cell = {
  gates: 4,
  back: "map matmul",
  state: ["h", "c"],
  step(x, h, { c }, b) {
    const [zi, zf, zg, zo] = g.split(g.add(g.add(x, b), h), 4);
    const i = g.label(g.sigmoid(zi), "input");
    const f = g.label(g.sigmoid(zf), "forget");
    const candidate = g.label(g.tanh(zg), "candidate");
    const o = g.label(g.sigmoid(zo), "output");
    const next = g.add(g.mul(f, c!), g.mul(i, candidate));
    return { h: g.mul(o, g.tanh(next)), c: next };
  },
};

const gru: Cell = {
  gates: 3,
  // h' holds a share of h itself: its gradient is added to that of the product.
  back: "map matmul",
  state: ["h"],
  step(x, hidden, { h }, b) {
    const [xz, xr, xg] = g.split(g.add(x, b), 3);
    const [hz, hr, hg] = g.split(hidden, 3);
    const z = g.sigmoid(g.add(xz, hz));
    const candidate = g.tanh(g.add(xg, g.mul(g.sigmoid(g.add(xr, hr)), hg)));
    return { h: g.add(g.mul(z, h!), g.mul(g.sub(1, z), candidate)) };
  },
};

const simple: Cell = {
  gates: 1,
  back: "map matmul",
  state: ["h"],
  step: (x, h, _state, b) => ({ h: g.tanh(g.add(g.add(x, h), b)) }),
};

function layer(cell: Cell, x: Tensor, [w, u, b]: readonly Tensor[], { B, H }: Sizes) {
  const initial = Object.fromEntries(cell.state.map((name) => [name, g.full([B, H], 0)]));
  return g.scan(
    (state: State, { x }) => {
      const next = cell.step(g.matmul(x, w!), g.matmul(state.h!, u!), state, b!);
      return { carry: next, outputs: { h: next.h! } };
    },
    initial,
    { x },
  );
}

function weights(cell: Cell, inputSize: number, { H }: Sizes): Tensor[] {
  const width = cell.gates * H;
  return [g.variable("w", [inputSize, width]), g.variable("u", [H, width]), g.variable("b", [width])];
}

/** One step of gradient descent with momentum for layers of a cell, on the last output. */
function training(cell: Cell, sizes: Sizes, layers = 1): Computation {
  const xs = g.input("xs", [sizes.T, sizes.B, sizes.I]);
  const all = Array.from({ length: layers }, (_, i) => weights(cell, i === 0 ? sizes.I : sizes.H, sizes));
  let below = xs;
  let last = xs;
  for (const own of all) {
    const { carry, outputs } = layer(cell, below, own, sizes);
    below = outputs.h;
    last = carry.h!;
  }
  const loss = g.mean(g.square(g.sub(last, 1)));
  const parameters = all.flat();
  const found = g.gradients(loss, parameters);
  const updates = parameters.flatMap((parameter, i) => {
    const momentum = g.variable("momentum", parameter.shape);
    const next = g.sub(g.mul(0.9, momentum), g.mul(0.01, found[i]!));
    return [
      { variable: momentum, value: next },
      { variable: parameter, value: g.add(parameter, next) },
    ];
  });
  return { inputs: [xs], outputs: [loss], updates };
}

function inference(cell: Cell, sizes: Sizes): Computation {
  const xs = g.input("xs", [sizes.T, sizes.B, sizes.I]);
  return { inputs: [xs], outputs: [layer(cell, xs, weights(cell, sizes.I, sizes), sizes).carry.h!], updates: [] };
}

const programOf = (computation: Computation): Program => compile(computation).program;
const kinds = (instructions: readonly Instruction[]) => instructions.map(({ kind }) => kind);
const scansOf = ({ instructions }: Program) =>
  instructions.filter((instruction): instruction is ScanInstruction => instruction.kind === "scan");
const productsOf = (instructions: readonly Instruction[]) =>
  instructions.flatMap((i) => (i.kind === "matmul" ? [{ shape: i.shape, k: i.k }] : []));

const sizes: Sizes = { T: 7, B: 5, I: 2, H: 3 };
const { T, B, I, H } = sizes;

describe.each([
  ["lstm", lstm],
  ["gru", gru],
  ["simple", simple],
] as const)("%s", (_, cell) => {
  const width = cell.gates * H;

  test("going forward: one product of all inputs, then a product and a map for each step", () => {
    const program = programOf(inference(cell, sizes));
    expect(productsOf(program.instructions)).toEqual([{ shape: [T * B, width], k: I }]);
    const [scan, ...others] = scansOf(program);
    expect(others).toEqual([]);
    expect(kinds(scan!.body)).toEqual(["matmul", "map"]);
    expect(scan).toMatchObject({ rowwise: true, rows: B, steps: T });
    // Nothing is kept of the steps: memory holds the projected inputs and the packed weights alone.
    expect(program.arenaSize).toBeLessThanOrEqual(T * B * width + H * 32 * Math.ceil(width / 32) + 3 * 16);
  });

  test("training: a map and a product for each step back, weight gradients after the loop", () => {
    const program = programOf(training(cell, sizes));
    const [forward, backward, ...others] = scansOf(program);
    expect(others).toEqual([]);
    expect(kinds(forward!.body)).toEqual(["matmul", "map"]);
    expect(kinds(backward!.body).join(" ")).toBe(cell.back);
    expect([forward!.rowwise, backward!.rowwise]).toEqual([true, true]);
    expect([forward!.reverse, backward!.reverse]).toEqual([false, true]);
    const products = productsOf(program.instructions);
    expect(products).toHaveLength(3);
    expect(products).toContainEqual({ shape: [T * B, width], k: I });
    expect(products).toContainEqual({ shape: [I, width], k: T * B });
    expect(products).toContainEqual({ shape: [H, width], k: T * B });
    // The weights are brought into the layout for products once for each direction.
    expect(kinds(program.instructions).filter((kind) => kind === "pack")).toHaveLength(2);
    // Three weights with a momentum each: one map each, in place.
    expect(kinds(program.instructions).slice(-3)).toEqual(["map", "map", "map"]);
  });

  test("three layers: the gradient of the inputs between them is one product each", () => {
    const program = programOf(training(cell, sizes, 3));
    const scans = scansOf(program);
    expect(scans.map((scan) => kinds(scan.body).join(" "))).toEqual([
      ...["matmul map", "matmul map", "matmul map"],
      ...[cell.back, cell.back, cell.back],
    ]);
    expect(productsOf(program.instructions)).toHaveLength(3 + 6 + 2);
    expect(kinds(program.instructions)).not.toContain("copy");
  });
});

describe("order of size", () => {
  test("instructions and nodes do not depend on the number of steps", () => {
    const count = (T: number) => {
      const computation = training(lstm, { ...sizes, T }, 3);
      const { instructions } = programOf(computation);
      const nodes = nodesOf([...computation.outputs, ...computation.updates.map(({ value }) => value)]).length;
      const inside = instructions.flatMap((i) => (i.kind === "scan" ? [...i.before, ...i.body, ...i.after] : []));
      return { nodes, kinds: kinds(instructions), inside: kinds(inside) };
    };
    expect(count(1000)).toEqual(count(3));
  });

  test.each([
    // Kept are the states and what the gates gave; beside them the gates' projected inputs, and later their gradients,
    // which in a GRU are others for the input and for the state.
    ["lstm", lstm, 7 + 4],
    ["gru", gru, 5 + 3 + 3],
    ["simple", simple, 1 + 1],
  ] as const)("memory of a training step of %s is what back-propagation needs", (_, cell, perUnit) => {
    const size = (T: number) => programOf(training(cell, { ...sizes, T })).arenaSize;
    const perStep = (size(900) - size(100)) / 800;
    expect(perStep / (B * H)).toBeLessThanOrEqual(perUnit * 1.001);
    const rest = size(100) - 100 * perStep;
    expect(rest).toBeLessThan(2500);
  });

  test("memory of layers: the gates' inputs and gradients of one layer at a time", () => {
    const size = (T: number) => programOf(training(lstm, { ...sizes, T }, 3)).arenaSize;
    const perStep = (size(900) - size(100)) / 800;
    // Beside what each layer keeps: the gradients of one layer's gates and of the outputs below it.
    expect(perStep / (B * H)).toBeLessThanOrEqual((3 * 7 + 4 + 1) * 1.001);
  });
});

test("labelled values that nobody asks for change nothing", () => {
  const plain: Cell = { ...lstm, step: (x, h, state, b) => unlabelled(lstm.step(x, h, state, b)) };
  const outline = (cell: Cell) => {
    const program = programOf(training(cell, sizes));
    return {
      kinds: kinds(program.instructions),
      arena: program.arenaSize,
      scans: scansOf(program).map((scan) => scan.body.map(shapeOf)),
    };
  };
  expect(outline(plain)).toEqual(outline(lstm));
});

/** The same tensors without their labels. */
function unlabelled(state: State): State {
  const known = new Map<Tensor, Tensor>();
  const strip = (x: Tensor): Tensor => {
    if (x.node.op.name === "label") return strip(x.node.inputs[0]!);
    const { op, inputs } = x.node;
    if (!["add", "mul", "tanh", "sigmoid"].includes(op.name)) return x;
    const stripped = inputs.map(strip);
    const make = { add: g.add, mul: g.mul, tanh: g.tanh, sigmoid: g.sigmoid }[op.name as "add"];
    const made = known.get(x) ?? make(stripped[0]!, stripped[1]!);
    known.set(x, made);
    return made;
  };
  return Object.fromEntries(Object.entries(state).map(([name, x]) => [name, strip(x)]));
}

function shapeOf(instruction: Instruction) {
  return instruction.kind === "map"
    ? { steps: instruction.steps.length, inputs: instruction.inputs.length, outputs: instruction.outputs.length }
    : instruction.kind;
}

test("an output that no later step reads leaves the loop, there and back, as one product each", () => {
  const [T, B, I, H] = [6, 8, 3, 4];
  const xs = g.input("xs", [T, B, I]);
  const [w, v] = [g.variable("w", [I, H]), g.variable("v", [H, H])];
  const { outputs } = g.scan(
    ({ s }, { x }) => {
      const next = g.add(g.mul(0.5, s), g.matmul(x, w));
      const y = g.matmul(next, v);
      return { carry: { s: next, y }, outputs: { y } };
    },
    { s: g.full([B, H], 0), y: g.full([B, H], 0) },
    { x: xs },
  );
  const loss = g.sum(g.mul(outputs.y, outputs.y));
  const { program } = compile({ inputs: [xs], outputs: [loss, ...g.gradients(loss, [w, v])], updates: [] });
  const scans = program.instructions.filter(({ kind }) => kind === "scan") as ScanInstruction[];
  expect(scans.map(({ body }) => body.map(({ kind }) => kind))).toEqual([["map"], ["map"]]);
  const products = program.instructions.flatMap((i) => (i.kind === "matmul" ? [[...i.shape, i.k]] : []));
  expect(products.map((sizes) => sizes.join(" ")).sort()).toEqual(
    [
      `${I} ${H} ${T * B}`,
      `${H} ${H} ${T * B}`,
      `${T * B} ${H} ${I}`,
      `${T * B} ${H} ${H}`,
      `${T * B} ${H} ${H}`,
    ].sort(),
  );
});
