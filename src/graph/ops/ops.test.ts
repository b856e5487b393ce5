import { describe, expect, test } from "vitest";
import { expectClose, finiteDifferences, wave } from "../../../test/support/numbers.ts";
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import { wasmEngine } from "../../engine/wasm/wasm.ts";
import type { Computation } from "../computation.ts";
import * as g from "../index.ts";
import type { ElementwiseName, Op } from "../op.ts";
import type { DType, Shape, Tensor } from "../tensor.ts";
import { nodesOf } from "../walk.ts";
import { elementwiseOps, structuralOps } from "./index.ts";
import { spare } from "./spare.ts";
import { unslice } from "./unslice.ts";

type OpName = ElementwiseName | keyof typeof structuralOps;

interface Given {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: readonly number[];
}

interface Case {
  readonly of: (...inputs: readonly Tensor[]) => Tensor | readonly Tensor[];
  readonly inputs: readonly Given[];
  /** The numbers of each output. */
  readonly expected: readonly (readonly number[])[];
  /** False where a derivative does not exist or is not finite. */
  readonly isSmooth: boolean;
}

const floats = (shape: Shape, ...values: number[]): Given => ({ shape, dtype: "float32", values });
const integers = (shape: Shape, ...values: number[]): Given => ({ shape, dtype: "int32", values });

/** A case where every derivative exists. */
function smooth(of: Case["of"], inputs: readonly Given[], ...expected: (readonly number[])[]): Case {
  return { of, inputs, expected, isSmooth: true };
}

/** A case of values alone, at corners, infinities and NaN. */
function corners(of: Case["of"], inputs: readonly Given[], ...expected: (readonly number[])[]): Case {
  return { of, inputs, expected, isSmooth: false };
}

/** A function of one number at points where it is smooth, and at others. */
function unary(
  of: (x: Tensor) => Tensor,
  scalar: (x: number) => number,
  points: readonly number[],
  others: readonly (readonly [x: number, y: number])[],
): readonly Case[] {
  const on = (values: readonly number[]) => [floats([values.length], ...values)];
  return [
    smooth(of, on(points), points.map(scalar)),
    corners(
      of,
      on(others.map(([x]) => x)),
      others.map(([, y]) => y),
    ),
  ];
}

/** The same for two numbers, with the pairs of `points` also as a row and a column that broadcast. */
function binary(
  of: (a: Tensor, b: Tensor) => Tensor,
  scalar: (a: number, b: number) => number,
  points: readonly (readonly [a: number, b: number])[],
  others: readonly (readonly [a: number, b: number, y: number])[],
): readonly Case[] {
  const [a, b] = [points.map(([x]) => x), points.map(([, x]) => x)];
  const size = points.length;
  return [
    smooth(
      of,
      [floats([size], ...a), floats([size], ...b)],
      points.map(([x, y]) => scalar(x, y)),
    ),
    smooth(
      of,
      [floats([size, 1], ...a), floats([size], ...b)],
      a.flatMap((x) => b.map((y) => scalar(x, y))),
    ),
    corners(
      of,
      [floats([others.length], ...others.map(([x]) => x)), floats([others.length], ...others.map(([, x]) => x))],
      others.map(([, , y]) => y),
    ),
  ];
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const compared: readonly (readonly [number, number])[] = [
  [1, 2],
  [2.5, -1],
  [-3, -2.5],
  [0.5, 4],
];

const elementwiseCases: { readonly [Name in ElementwiseName]: readonly Case[] } = {
  neg: unary(
    g.neg,
    (x) => -x,
    [-1.5, 0, 2],
    [
      [inf, -inf],
      [nan, nan],
    ],
  ),
  abs: unary(
    g.abs,
    (x) => (x < 0 ? -x : x),
    [-1.5, 0.25, 2],
    [
      [0, 0],
      [-inf, inf],
      [nan, nan],
    ],
  ),
  sign: unary(
    g.sign,
    (x) => (x < 0 ? -1 : 1),
    [-1.5, 0.25, 2],
    [
      [0, 0],
      [-inf, -1],
      [nan, nan],
    ],
  ),
  floor: unary(
    g.floor,
    Math.floor,
    [-1.5, 0.25, 2.75],
    [
      [-2, -2],
      [3, 3],
      [inf, inf],
      [nan, nan],
    ],
  ),
  exp: unary(
    g.exp,
    Math.exp,
    [-3, 0, 1.5],
    [
      [-inf, 0],
      [-1000, 0],
      [1000, inf],
      [inf, inf],
      [nan, nan],
    ],
  ),
  log: unary(
    g.log,
    Math.log,
    [0.125, 1, 20],
    [
      [0, -inf],
      [-1, nan],
      [inf, inf],
      [nan, nan],
    ],
  ),
  log1p: unary(
    g.log1p,
    Math.log1p,
    [-0.5, 1e-4, 3],
    [
      [1e-30, 1e-30],
      [-1, -inf],
      [-2, nan],
      [inf, inf],
      [nan, nan],
    ],
  ),
  sqrt: unary(
    g.sqrt,
    Math.sqrt,
    [0.25, 2, 9],
    [
      [0, 0],
      [-1, nan],
      [inf, inf],
      [nan, nan],
    ],
  ),
  sin: unary(
    g.sin,
    Math.sin,
    [-2, 0, 0.5, 30],
    [
      [inf, nan],
      [nan, nan],
    ],
  ),
  cos: unary(
    g.cos,
    Math.cos,
    [-2, 0, 0.5, 30],
    [
      [inf, nan],
      [nan, nan],
    ],
  ),
  tanh: unary(
    g.tanh,
    Math.tanh,
    [-2, 0, 0.5, 1e-3],
    [
      [100, 1],
      [-inf, -1],
      [1e-30, 1e-30],
      [nan, nan],
    ],
  ),
  sigmoid: unary(
    g.sigmoid,
    (x) => 1 / (1 + Math.exp(-x)),
    [-4, 0, 0.5],
    [
      [-inf, 0],
      [1000, 1],
      [inf, 1],
      [nan, nan],
    ],
  ),
  toFloat: [
    smooth((x) => g.toFloat(x), [integers([3], -2, 0, 16_777_216)], [-2, 0, 16_777_216]),
    // The float32 tensor that is one already.
    smooth((x, y) => g.add(x, g.toFloat(y)), [floats([2], 0.5, 1), integers([2], 2, -1)], [2.5, 0]),
  ],
  toInt: [
    smooth((x) => g.toInt(x), [floats([4], -2.75, -0.5, 0.5, 2.75)], [-2, 0, 0, 2]),
    smooth((x) => g.mul(x, g.toFloat(g.toInt(x))), [floats([2], 2.25, -3.5)], [4.5, 10.5]),
  ],
  add: binary(g.add, (a, b) => a + b, compared, [
    [inf, -inf, nan],
    [inf, 1, inf],
    [nan, 0, nan],
  ]),
  sub: binary(g.sub, (a, b) => a - b, compared, [
    [inf, inf, nan],
    [1, inf, -inf],
    [nan, 0, nan],
  ]),
  mul: binary(g.mul, (a, b) => a * b, compared, [
    [inf, 0, nan],
    [0, nan, nan],
    [-inf, 2, -inf],
  ]),
  div: binary(g.div, (a, b) => a / b, compared, [
    [1, 0, inf],
    [0, 0, nan],
    [1, inf, 0],
    [nan, 1, nan],
  ]),
  maximum: binary(g.maximum, Math.max, compared, [
    [nan, 1, nan],
    [1, nan, nan],
    [-inf, -5, -5],
    [2, 2, 2],
  ]),
  minimum: binary(g.minimum, Math.min, compared, [
    [nan, 1, nan],
    [1, nan, nan],
    [-inf, -5, -inf],
    [2, 2, 2],
  ]),
  pow: [
    ...binary(
      g.pow,
      (a, b) => a ** b,
      [
        [2, 3],
        [0.5, -1.5],
        [1.5, 0],
      ],
      [
        [0, 0, 1],
        [0, 2, 0],
        [-2, 3, -8],
        [-2, 0.5, nan],
        [2, nan, nan],
      ],
    ),
    smooth((x) => g.pow(x, 2), [floats([3], -1.5, 0, 2)], [2.25, 0, 4]),
    // 0ᵇ is 0 for all b > 0: its derivative by b is 0, although log 0 is not a number to multiply with.
    smooth((b) => g.pow(0, b), [floats([2], 2, 0.5)], [0, 0]),
  ],
  less: binary(g.less, (a, b) => (a < b ? 1 : 0), compared, [
    [1, 1, 0],
    [nan, 1, 0],
    [1, nan, 0],
    [-inf, inf, 1],
  ]),
  lessEqual: binary(g.lessEqual, (a, b) => (a <= b ? 1 : 0), compared, [
    [1, 1, 1],
    [nan, 1, 0],
    [nan, nan, 0],
    [inf, inf, 1],
  ]),
  equal: binary(g.equal, (a, b) => (a === b ? 1 : 0), compared, [
    [1, 1, 1],
    [nan, nan, 0],
    [0, -0, 1],
    [inf, inf, 1],
  ]),
  select: [
    smooth(g.select, [floats([4], 1, 0, -2, 0.5), floats([4], 1, 2, 3, 4), floats([4], 5, 6, 7, 8)], [1, 6, 3, 4]),
    // NaN is not 0: it chooses the first.
    corners(g.select, [floats([3], nan, 0, 1), floats([3], 1, nan, 3), floats([3], nan, 2, inf)], [1, 2, 3]),
    smooth(
      (c, a, b) => g.select(c, a, b),
      [floats([2, 1], 1, 0), integers([2], 2_000_000_001, -7), integers([], 16_777_217)],
      [2_000_000_001, -7, 16_777_217, 16_777_217],
    ),
  ],
};

const matrix = floats([2, 3], 1, 2, 3, 4, 5, 6);

const structuralCases: { readonly [Name in keyof typeof structuralOps]: readonly Case[] } = {
  argmax: [
    smooth((x) => g.argmax(x), [floats([2, 3], 1, 3, 2, 6, 5, 4)], [1, 0]),
    smooth((x) => g.argmax(x, 0), [floats([2, 3], 1, 3, 2, 6, 5, 1)], [1, 1, 0]),
    // The first of equals; a NaN only when it comes first.
    corners((x) => g.argmax(x), [floats([4, 3], 2, 2, 1, 1, nan, 3, nan, 1, 2, -inf, -inf, -inf)], [0, 2, 0, 0]),
  ],
  broadcast: [
    smooth((x) => g.broadcastTo(x, [2, 3]), [floats([3], 1, 2, 3)], [1, 2, 3, 1, 2, 3]),
    smooth((x) => g.broadcastTo(x, [2, 2, 2]), [floats([2, 1], 1, 2)], [1, 1, 2, 2, 1, 1, 2, 2]),
    smooth((x) => g.broadcastTo(x, [3]), [floats([], 7)], [7, 7, 7]),
    smooth((x) => g.broadcastTo(g.broadcastTo(x, [2, 1]), [2, 2]), [floats([1], 7)], [7, 7, 7, 7]),
    smooth((x) => g.broadcastTo(x, [2, 2]), [integers([2], 1, 2)], [1, 2, 1, 2]),
  ],
  concat: [
    smooth((a, b) => g.concat([a, b]), [matrix, floats([2, 1], 7, 8)], [1, 2, 3, 7, 4, 5, 6, 8]),
    smooth(
      (a, b) => g.concat([a, b, a], 0),
      [matrix, floats([1, 3], 7, 8, 9)],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6],
    ),
    smooth((a, b) => g.stack([a, b], -1), [floats([2], 1, 2), floats([2], 3, 4)], [1, 3, 2, 4]),
    smooth((a, b) => g.concat([g.tanh(a), g.mul(b, b)]), [floats([2], 0, 0.5), floats([1], 3)], [0, Math.tanh(0.5), 9]),
    smooth((a, b) => g.concat([a, b]), [integers([1], 4), integers([2], 5, 6)], [4, 5, 6]),
  ],
  constant: [
    smooth((x) => g.mul(x, g.constant([2, 3])), [floats([2], 5, 7)], [10, 21]),
    smooth(() => g.constant([1, 2, 3, 4, 5, 6], [3, 2]), [], [1, 2, 3, 4, 5, 6]),
    smooth(() => g.constant([2_000_000_001, -3], [2], "int32"), [], [2_000_000_001, -3]),
    smooth(() => g.iota(4), [], [0, 1, 2, 3]),
  ],
  full: [
    smooth(() => g.full([2, 2], 0.5), [], [0.5, 0.5, 0.5, 0.5]),
    smooth((x) => g.matmul(x, g.full([3, 2], 2)), [matrix], [12, 12, 30, 30]),
    corners(() => [g.full([2], nan), g.full([], -inf)], [], [nan, nan], [-inf]),
  ],
  gather: [
    smooth(g.gather, [floats([3, 2], 1, 2, 3, 4, 5, 6), integers([4], 2, 0, 2, 1)], [5, 6, 1, 2, 5, 6, 3, 4]),
    smooth(g.gather, [floats([2, 1], 1, 2), integers([2, 2], 1, 1, 0, 1)], [2, 2, 1, 2]),
    smooth(g.gather, [floats([2, 2], 1, 2, 3, 4), integers([], 1)], [3, 4]),
    smooth(g.gather, [integers([2, 2], 1, 2, 3, 4), integers([1], 1)], [3, 4]),
    corners(g.gather, [floats([2, 1], 1, 2), integers([4], -1, 0, 2, 1_000_000)], [nan, 1, nan, nan]),
  ],
  input: [
    smooth((x) => x, [matrix], matrix.values),
    smooth((x) => [x, x], [integers([2], 2_000_000_001, -3)], [2_000_000_001, -3], [2_000_000_001, -3]),
  ],
  label: [smooth((x) => g.mul(g.label(x, "name"), x), [floats([2], 3, -4)], [9, 16])],
  matmul: [
    smooth(g.matmul, [matrix, floats([3, 2], 1, 0, -1, 2, 0.5, 1)], [0.5, 7, 2, 16]),
    smooth(g.matmul, [floats([2, 1, 2], 1, 2, 3, 4), floats([2, 2, 1], 5, 6, 7, 8)], [17, 53]),
    // A plain matrix serves all of a batch.
    smooth(g.matmul, [floats([2, 1, 2], 1, 2, 3, 4), floats([2, 2], 1, 0, 0, -1)], [1, -2, 3, -4]),
    smooth(
      (a, b) => g.matmul(g.transposeLast(a), g.transposeLast(b)),
      [floats([2, 1], 1, 2), floats([3, 2], 1, 2, 3, 4, 5, 6)].map((x, i) => (i === 0 ? floats([2, 1], 1, 2) : x)),
      [5, 11, 17],
    ),
    corners(g.matmul, [floats([1, 2], nan, 0), floats([2, 1], 0, 1)], [nan]),
    smooth(g.matmul, [floats([2, 0]), floats([0, 2])], [0, 0, 0, 0]),
  ],
  max: [
    smooth((x) => g.max(x), [floats([2, 2], 1, -3, 2, 0)], [2]),
    smooth((x) => g.max(x, { axes: [0] }), [floats([2, 2], 1, -3, 2, -4)], [2, -3]),
    smooth((x) => g.max(x, { axes: [-1], keepDims: true }), [floats([2, 2], 1, -3, 2, 3)], [1, 3]),
    corners((x) => g.max(x, { axes: [1] }), [floats([2, 2], 1, nan, -inf, -inf)], [nan, -inf]),
    smooth((x) => g.max(x, { axes: [0] }), [floats([0, 2])], [-inf, -inf]),
    smooth(() => g.max(g.full([0, 2], 5), { axes: [0] }), [], [-inf, -inf]),
  ],
  random: [
    // The published test vectors of Philox 4x32-10: key and counter 0 give 0x6627e8d5, 0xe169c58d, …
    smooth(
      (key) => g.uniform(key, 0, [2]),
      [integers([2], 0, 0)],
      [(0x6627e8d5 >>> 8) * 2 ** -24, (0xe169c58d >>> 8) * 2 ** -24],
    ),
    // However the key lies in memory.
    smooth(
      (key) => g.uniform(g.take(key, 1, 1), 0, [2]),
      [integers([2, 2], 1, 0, 2, 0)],
      [(0x6627e8d5 >>> 8) * 2 ** -24, (0xe169c58d >>> 8) * 2 ** -24],
    ),
    smooth((key, x) => g.sum(g.mul(x, g.less(g.uniform(key, 3, [2, 3]), 2))), [integers([2], 5, 6), matrix], [21]),
  ],
  reshape: [
    smooth((x) => g.reshape(x, [3, 2]), [matrix], matrix.values),
    smooth((x) => g.reshape(g.transpose(x), [2, -1]), [matrix], [1, 4, 2, 5, 3, 6]),
    smooth((x) => g.reshape(x, []), [floats([1, 1], 3)], [3]),
    smooth((x) => g.reshape(x, [2, 1, 1]), [integers([2], 3, 4)], [3, 4]),
  ],
  scan: [
    smooth(
      (x, s) => {
        const step = (carry: { s: Tensor }, { x }: { x: Tensor }) => {
          const next = g.add(g.mul(carry.s, 0.5), x);
          return { carry: { s: next }, outputs: { y: g.mul(next, next) } };
        };
        const { carry, outputs } = g.scan(step, { s }, { x });
        return [carry.s, outputs.y];
      },
      [floats([3, 1], 1, 2, 3), floats([1], 4)],
      [4.75],
      [9, 12.25, 22.5625],
    ),
  ],
  scatterAdd: [
    smooth(
      (x, i) => g.scatterAdd(x, i, 3),
      [floats([3, 2], 1, 2, 3, 4, 5, 6), integers([3], 2, 0, 2)],
      [3, 4, 0, 0, 6, 8],
    ),
    smooth((x, i) => g.scatterAdd(x, i, 2), [floats([2, 1, 1], 1, 2), integers([2, 1], 1, 1)], [0, 3]),
    smooth((x, i) => g.scatterAdd(x, i, 2), [floats([3, 1], 1, 2, 3), integers([3], -1, 1, 2)], [0, 2]),
  ],
  slice: [
    smooth((x) => g.slice(x, [0, 1], [2, 2]), [matrix], [2, 3, 5, 6]),
    smooth((x) => g.slice(x, [1, 2], [2, 2], [-1, -2]), [matrix], [6, 4, 3, 1]),
    smooth((x) => g.sliceAxis(x, -1, 2, 2, -1), [matrix], [3, 2, 6, 5]),
    smooth((x) => [g.take(x, 1, -1), g.take(x, 0, 0)], [matrix], [3, 6], [1, 2, 3]),
    smooth((x) => g.reverse(x, 1), [matrix], [3, 2, 1, 6, 5, 4]),
    smooth((x) => g.sum(g.slice(x, [0, 3], [2, 0])), [matrix], [0]),
  ],
  split: [
    smooth((x) => g.split(x, 3), [matrix], [1, 4], [2, 5], [3, 6]),
    smooth((x) => g.split(x, 2, 0)[1], [matrix], [4, 5, 6]),
    smooth((x) => g.split(x, 1), [matrix], matrix.values),
    smooth(
      (x) => g.mul(...g.split(g.mul(x, g.constant([1, 2, 3, 4])), 2)),
      [floats([2, 4], 1, 1, 1, 1, 2, 2, 2, 2)],
      [3, 8, 12, 32],
    ),
  ],
  spare: [smooth((x) => g.mul(spare(x, g.full([2], 1)), x), [floats([2], 3, -4)], [9, 16])],
  stopGradient: [smooth(() => g.stopGradient(g.full([2], 3)), [], [3, 3])],
  sum: [
    smooth((x) => g.sum(x), [matrix], [21]),
    smooth((x) => g.sum(x, { axes: [0] }), [matrix], [5, 7, 9]),
    smooth((x) => g.sum(x, { axes: [-1], keepDims: true }), [matrix], [6, 15]),
    smooth((x) => g.sum(g.sum(x, { axes: [1] }), { axes: [0] }), [floats([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8)], [16, 20]),
    smooth((x) => g.sum(x, { axes: [0] }), [floats([0, 2])], [0, 0]),
    corners((x) => g.sum(x, { axes: [1] }), [floats([2, 2], nan, 1, inf, 1)], [nan, inf]),
    corners(() => g.sum(g.full([0, 2], inf), { axes: [0] }), [], [0, 0]),
  ],
  transpose: [
    smooth((x) => g.transpose(x), [matrix], [1, 4, 2, 5, 3, 6]),
    smooth((x) => g.transpose(x, [2, 0, 1]), [floats([1, 2, 3], 1, 2, 3, 4, 5, 6)], [1, 4, 2, 5, 3, 6]),
    smooth((x) => g.swapAxes(x, -1, -2), [matrix], [1, 4, 2, 5, 3, 6]),
    smooth((x) => g.transpose(g.transpose(x, [1, 2, 0]), [1, 0, 2]), [floats([2, 1, 2], 1, 2, 3, 4)], [1, 3, 2, 4]),
  ],
  unslice: [
    smooth((x) => g.pad(x, [0, 1], [1, 0]), [floats([1, 2], 1, 2)], [0, 1, 2, 0, 0, 0]),
    smooth((x) => unslice(x, [5], { starts: [4], sizes: [2], steps: [-3] }), [floats([2], 1, 2)], [0, 2, 0, 0, 1]),
    smooth((x) => g.pad(x, [1], [0]), [integers([1], 7)], [0, 7]),
  ],
  variable: [smooth((x) => g.add(x, g.variable("zeros until they are set", [2])), [floats([2], 1, 2)], [1, 2])],
};

const cases: { readonly [Name in OpName]: readonly Case[] } = { ...elementwiseCases, ...structuralCases };
const ops: { readonly [Name in OpName]: Op<never> } = { ...elementwiseOps, ...structuralOps };

type Run = (computation: Computation, values: readonly ArrayLike<number>[]) => Promise<ArrayLike<number>[]>;
const reference = new Session(referenceEngine());
const wasm = new Session(await wasmEngine());
const literal: Run = (computation, values) => reference.prepare(computation, { optimize: false }).run(values);
const optimized: Run = (computation, values) => reference.prepare(computation).run(values);
const inWasm: Run = (computation, values) => wasm.prepare(computation).run(values);

/** Σ of all numbers of `tensors`, each with a weight of its own. */
function weighted(tensors: readonly Tensor[], seed: number): Tensor {
  const terms = tensors
    .filter((x) => x.dtype === "float32")
    .map((x, index) => g.sum(g.mul(x, g.constant(wave(x.size, seed + index), x.shape))));
  return terms.reduce((total, term) => g.add(total, term), g.full([], 0));
}

describe.each(Object.keys(cases) as OpName[])("%s", (name) => {
  test.each(cases[name].map((example, index) => [index, example] as const))("case %i", async (_, example) => {
    const { of, inputs: given, expected, isSmooth } = example;
    const inputs = given.map(({ shape, dtype }, index) => g.input(`x${index}`, shape, dtype));
    const values = given.map((list) => Float64Array.from(list.values));
    const made = of(...inputs);
    const outputs = Array.isArray(made) ? (made as readonly Tensor[]) : [made as Tensor];
    const computation = { inputs, outputs, updates: [] };
    for (const [about, run, tolerance] of [
      ["literal", literal, 1e-12],
      ["optimized", optimized, 1e-12],
      ["wasm", inWasm, 1e-5],
    ] as const) {
      const found = await run(computation, values);
      expect(found.length).toBe(expected.length);
      for (const [index, list] of expected.entries()) expectClose(found[index]!, list, tolerance, about);
    }

    const wrt = inputs.filter((x) => x.dtype === "float32");
    if (!isSmooth || wrt.length === 0) return;
    // First derivatives of a weighted sum, then second ones: derivatives of a weighted sum of the first.
    const loss = weighted(outputs, 1);
    const first = g.gradients(loss, wrt);
    const lossOfFirst = weighted(first, 7);
    const second = g.gradients(lossOfFirst, wrt);
    const at = wrt.map((x) => values[inputs.indexOf(x)]!);
    const derivatives = async (of: Tensor) => {
      const prepared = reference.prepare({ inputs, outputs: [of], updates: [] }, { optimize: false });
      const full = (lists: readonly Float64Array[]) => values.map((list, i) => lists[wrt.indexOf(inputs[i]!)] ?? list);
      return finiteDifferences(async (lists) => (await prepared.run(full(lists)))[0]![0]!, at);
    };
    const wanted = [...(await derivatives(loss)), ...(await derivatives(lossOfFirst))];
    for (const [about, run, tolerance] of [
      ["literal", literal, 1e-6],
      ["optimized", optimized, 1e-6],
      ["wasm", inWasm, 1e-4],
    ] as const) {
      const found = await run({ inputs, outputs: [...first, ...second], updates: [] }, values);
      for (const [index, list] of wanted.entries()) expectClose(found[index]!, list, tolerance, `${about} ${index}`);
    }
  });

  test("has a case that uses it, and is listed under its name", () => {
    expect(ops[name].name).toBe(name);
    for (const { of, inputs } of cases[name].slice(0, 1)) {
      const made = of(...inputs.map(({ shape, dtype }, index) => g.input(`x${index}`, shape, dtype)));
      const nodes = nodesOf(Array.isArray(made) ? made : [made as Tensor]);
      expect(nodes.map((node) => node.op.name)).toContain(name);
    }
  });
});
