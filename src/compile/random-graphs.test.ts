import fc from "fast-check";
import { test } from "vitest";
import { expectClose, wave } from "../../test/support/numbers.ts";
import { type Loop, plainLoop } from "../../test/support/plain-loop.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import * as g from "../graph/index.ts";
import { unslice } from "../graph/ops/unslice.ts";
import { type Shape, sizeOf, type Tensor } from "../graph/tensor.ts";

const session = new Session(referenceEngine());

/** One step of growth: which move, and numbers that choose its operands and attributes. */
interface Growth {
  readonly move: number;
  readonly numbers: readonly number[];
}

const growth: fc.Arbitrary<Growth> = fc.record({
  move: fc.nat({ max: 999 }),
  numbers: fc.array(fc.nat({ max: 99 }), { minLength: 6, maxLength: 6 }),
});

/** Larger tensors do not grow further. */
const maxSize = 64;

/** `x` cut or repeated to `shape`. */
function shaped(x: Tensor, shape: Shape): Tensor {
  const added = shape.length - x.rank;
  const fits = added >= 0 && x.shape.every((size, axis) => size === 1 || size === shape[axis + added]);
  if (fits) return g.broadcastTo(x, shape);
  const corner = g.slice(
    x,
    x.shape.map(() => 0),
    x.shape.map(() => 1),
  );
  return g.broadcastTo(g.reshape(corner, []), shape);
}

/** `x` with one axis at least. */
const lined = (x: Tensor) => (x.rank === 0 ? g.reshape(x, [1]) : x);
/** `x` as a matrix: the last axis, and all others as one. */
const flat = (x: Tensor) => g.reshape(lined(x), [-1, lined(x).shape.at(-1)!]);
const whole = (x: Tensor) => g.toInt(g.clip(x, -3, 9));

type Move = (x: Tensor, y: Tensor, z: Tensor, n: readonly [number, number, number]) => Tensor | readonly Tensor[];

/** Ops on tensors that fit, chosen by numbers. What divides is never −0: a rule may lose the sign of zero. */
const moves: readonly Move[] = [
  (x) => g.neg(x),
  (x) => g.abs(x),
  (x) => g.sign(x),
  (x) => g.floor(x),
  (x) => g.exp(g.minimum(x, 3)),
  (x) => g.log(g.abs(x)),
  (x) => g.log1p(g.abs(x)),
  (x) => g.sqrt(g.add(g.abs(x), 0.5)),
  (x) => g.sin(x),
  (x) => g.cos(x),
  (x) => g.tanh(x),
  (x) => g.sigmoid(x),
  (x) => g.toFloat(whole(x)),
  (x, y) => g.add(x, shaped(y, x.shape)),
  (x, y) => g.sub(x, shaped(y, x.shape)),
  (x, y) => g.mul(x, shaped(y, x.shape)),
  (x, y) => g.div(x, g.abs(shaped(y, x.shape))),
  (x, y) => g.maximum(x, shaped(y, x.shape)),
  (x, y) => g.minimum(x, shaped(y, x.shape)),
  (x, y) => g.pow(g.abs(x), g.clip(shaped(y, x.shape), 0, 2)),
  (x, y) => g.less(x, shaped(y, x.shape)),
  (x, y) => g.lessEqual(x, shaped(y, x.shape)),
  (x, y) => g.equal(x, shaped(y, x.shape)),
  (x, y, z) => g.select(x, shaped(y, x.shape), shaped(z, x.shape)),
  (x, y, z) => g.toFloat(g.select(x, whole(shaped(y, x.shape)), whole(shaped(z, x.shape)))),
  // Numbers that rules look for.
  (x, _y, _z, [n]) => [g.add(x, 0), g.mul(x, 1), g.mul(x, 0), g.sub(0, x), g.div(x, 1), g.neg(g.neg(x))][n % 6]!,
  (x, y, _z, [n]) => g.select([1, 0, Number.NaN][n % 3]!, x, shaped(y, x.shape)),
  (x, _y, _z, [n]) => g.full(x.shape, [0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY][n % 5]!),
  (x, _y, _z, [n]) => g.constant(wave(x.size, n), x.shape),
  (x) => g.label(x, "label"),
  (x) => g.stopGradient(x),
  // Shapes.
  (x, _y, _z, [n]) => g.reshape(x, n % 2 ? [1, ...x.shape] : [...x.shape, 1]),
  (x) => g.reshape(x, [x.size]),
  (x) => (x.size % 2 === 0 ? g.reshape(x, [2, x.size / 2]) : g.reshape(x, [1, -1])),
  (x, _y, _z, [n, m]) => (x.rank < 2 ? g.reshape(x, [-1]) : g.swapAxes(x, n % x.rank, m % x.rank)),
  (x) => g.transpose(x),
  (x, _y, _z, [n]) => g.broadcastTo(x, [1 + (n % 3), ...x.shape]),
  (x, y) => shaped(x, y.shape),
  (x, _y, _z, [n, m]) => {
    const axis = n % lined(x).rank;
    const size = lined(x).shape[axis]!;
    const taken = 1 + (m % size);
    return m % 2 ? g.sliceAxis(lined(x), axis, taken - 1, taken, -1) : g.sliceAxis(lined(x), axis, size - taken, taken);
  },
  (x, _y, _z, [n]) =>
    g.slice(
      x,
      x.shape.map(() => 0),
      x.shape.map((size) => Math.ceil(size / (1 + (n % 2)))),
      x.shape.map(() => 1 + (n % 2)),
    ),
  (x, _y, _z, [n, m]) =>
    g.pad(
      x,
      x.shape.map(() => n % 2),
      x.shape.map(() => m % 2),
    ),
  (x, _y, _z, [n]) => {
    const [long, size] = [lined(x), lined(x).shape[0]!];
    const shape = [2 * size, ...long.shape.slice(1)];
    const starts = long.shape.map((_, axis) => (axis === 0 ? (n % 2 ? 2 * size - 1 : 0) : 0));
    return unslice(long, shape, {
      starts,
      sizes: long.shape,
      steps: long.shape.map((_, axis) => (axis === 0 ? (n % 2 ? -2 : 2) : 1)),
    });
  },
  (x, y, _z, [n]) => {
    const long = lined(x);
    const axis = n % long.rank;
    const other = shaped(y, long.shape);
    return g.concat(n % 3 ? [long, other] : [other, long, other], axis);
  },
  (x, _y, _z, [n]) => {
    const axis = n % lined(x).rank;
    const even = lined(x).shape[axis]! % 2 === 0 ? lined(x) : g.concat([lined(x), lined(x)], axis);
    return g.split(even, 2, axis);
  },
  (x, y, _z, [n]) => {
    // A sum of parts that are used apart, as in a cell.
    const doubled = g.concat([lined(x), lined(x)], -1);
    const [a, b] = g.split(g.add(g.mul(doubled, 2), shaped(y, n % 2 ? doubled.shape : doubled.shape.slice(1))), 2);
    return [g.tanh(a), b];
  },
  // Folds and products.
  (x, _y, _z, [n, m]) =>
    g.sum(x, { axes: x.shape.map((_, axis) => axis).filter((axis) => (n >> axis) % 2), keepDims: m % 2 > 0 }),
  (x, _y, _z, [n]) => g.max(x, { axes: x.shape.map((_, axis) => axis).filter((axis) => (n >> axis) % 2) }),
  (x, _y, _z, [n]) => g.toFloat(g.argmax(lined(x), n % lined(x).rank)),
  (x, y) => g.matmul(flat(x), g.transposeLast(shaped(y, flat(x).shape))),
  (x, y) => g.matmul(lined(x).rank < 2 ? flat(x) : x, shaped(y, [lined(x).shape.at(-1)!, 2])),
  (x, y) => {
    const stacked = lined(x).rank < 3 ? g.reshape(flat(x), [1, ...flat(x).shape]) : x;
    return g.matmul(stacked, g.transposeLast(shaped(y, stacked.shape)));
  },
  (x, y) => g.gather(flat(x), whole(y)),
  (x, y, _z, [n]) => g.scatterAdd(lined(x), whole(shaped(y, lined(x).shape.slice(0, -1))), 1 + (n % 3)),
  (x, _y, _z, [n]) => g.mul(x, g.uniform(g.constant([n, 2], [2], "int32"), 3, x.shape)),
];

/** Tensors grown from `seeds`; each growth takes what is there and adds to it. */
function grow(seeds: readonly Tensor[], recipe: readonly Growth[]): Tensor[] {
  const pool = [...seeds];
  for (const { move, numbers } of recipe) {
    // What was made last is taken more often, so that graphs get deep.
    const pick = (n: number) => pool[n % 3 ? pool.length - 1 - (n % Math.min(pool.length, 4)) : n % pool.length]!;
    const [x, y, z] = [pick(numbers[0]!), pick(numbers[1]!), pick(numbers[2]!)];
    const made = moves[move % moves.length]!(x, y, z, [numbers[3]!, numbers[4]!, numbers[5]!]);
    for (const tensor of Array.isArray(made) ? (made as Tensor[]) : [made as Tensor]) {
      if (tensor.size <= maxSize && tensor.rank <= 5) pool.push(tensor);
    }
  }
  return pool.slice(seeds.length);
}

/** The gradients of a weighted sum of `results`. */
function gradientsOf(results: readonly Tensor[], wrt: readonly Tensor[]): Tensor[] {
  const terms = results.map((x, index) => g.sum(g.mul(x, g.constant(wave(x.size, index), x.shape))));
  return g.gradients(
    terms.reduce((total, term) => g.add(total, term), g.full([], 0)),
    wrt,
  );
}

/** Numbers where rules go wrong that hold for most numbers alone. */
const hostile = fc.constantFrom(
  0,
  1,
  -1,
  0.5,
  -2.25,
  3,
  0.25,
  7,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
);
const tame = fc.constantFrom(0, 1, -1, 0.5, -2.25, 3, 0.25, 2, -0.75);
const shapes = fc.array(fc.constantFrom(1, 1, 2, 3), { maxLength: 4 });

function run(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  values: readonly ArrayLike<number>[],
  optimize: boolean,
) {
  return session.prepare({ inputs, outputs, updates: [] }, { optimize }).run(values);
}

const [numRuns, seed] = [120, 1];

test("a graph means the same whether it is improved or not", async () => {
  const given = fc.array(
    shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.array(fc.oneof(tame, hostile), { minLength: sizeOf(shape), maxLength: sizeOf(shape) }),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(
      given,
      fc.array(growth, { minLength: 1, maxLength: 14 }),
      fc.boolean(),
      async (given, recipe, differentiate) => {
        const inputs = given.map(([shape], index) => g.input(`x${index}`, shape));
        const values = given.map(([, numbers]) => numbers);
        const grown = grow(inputs, recipe);
        const results = grown.filter((_, index) => index >= grown.length - 3 || index % 4 === 0);
        const outputs = differentiate ? [...results, ...gradientsOf(results, inputs)] : results;
        const expected = await run(inputs, outputs, values, false);
        const found = await run(inputs, outputs, values, true);
        for (const [i, list] of expected.entries()) expectClose(found[i]!, list, 1e-6, `output ${i}`);
      },
    ),
    { numRuns, seed },
  );
});

test("a scan means the same as a plain loop, improved or not", async () => {
  const sizes = fc.record({
    steps: fc.integer({ min: 1, max: 3 }),
    rows: fc.constantFrom(1, 2, 2, 3),
    units: fc.constantFrom(1, 2, 2),
  });
  const recipe = fc.array(growth, { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(
      sizes,
      recipe,
      fc.nat(99),
      fc.boolean(),
      async ({ steps, rows, units }, recipe, choice, reverse) => {
        const xs = g.input("xs", [steps, rows, units]);
        const other = g.input("other", [steps, rows]);
        const weight = g.input("weight", [units, units]);
        const perRow = g.input("perRow", [rows, units]);
        const [a, b] = [g.input("a", [rows, units]), g.input("b", [rows, units])];
        const inputs = [xs, other, weight, perRow, a, b];
        const values = inputs.map((x, index) => wave(x.size, index + choice));
        const results = (loop: Loop) => {
          const { carry, outputs } = loop(
            ({ a, b }, { x, other }) => {
              const seeds = [a, b, x, g.reshape(other, [rows, 1]), weight, perRow, g.add(x, g.matmul(a, weight))];
              const grown = grow(seeds, recipe);
              const pick = (n: number) => grown[(choice + n) % Math.max(grown.length, 1)] ?? seeds[n]!;
              const next = {
                a: shaped(pick(grown.length - 1 - choice), [rows, units]),
                b: choice % 3 ? a : shaped(pick(1), [rows, units]),
              };
              const named = grown
                .filter((_, index) => index % 3 === choice % 3)
                .map((x, index) => [`${index}`, x] as const);
              return { carry: next, outputs: Object.fromEntries<Tensor>([...named, ["a", choice % 2 ? a : next.a]]) };
            },
            { a, b },
            { x: xs, other },
            { reverse },
          );
          const made = [carry.a, carry.b, ...Object.values(outputs)];
          const count = made.length;
          return { count, outputs: [...made, ...gradientsOf(choice % 5 ? made : [carry.b], inputs)] };
        };
        const plain = results(plainLoop);
        const expected = await run(inputs, plain.outputs, values, false);
        // What does not reach the loss has no gradient in a plain loop, but 0 in a scan, which infinities make NaN.
        const finite = expected.slice(0, plain.count).every((list) => list.every(Number.isFinite));
        const compared = finite ? expected : expected.slice(0, plain.count);
        const scanned = results(g.scan).outputs;
        for (const optimize of [false, true]) {
          const found = await run(inputs, scanned, values, optimize);
          for (const [i, list] of compared.entries()) expectClose(found[i]!, list, 1e-6, `${optimize}, output ${i}`);
        }
      },
    ),
    { numRuns, seed },
  );
});
