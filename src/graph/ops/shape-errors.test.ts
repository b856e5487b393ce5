import { expect, test } from "vitest";
import * as g from "../index.ts";
import { applyOne, type Op } from "../op.ts";
import { elementwiseOps, type structuralOps } from "./index.ts";
import { unslice } from "./unslice.ts";

const x = (...shape: number[]) => g.input("x", shape);
const i = (...shape: number[]) => g.input("i", shape, "int32");

type Mistake = readonly [make: () => unknown, message: string];

test.each([
  [() => g.abs(undefined as never), "Expected abs() to get tensors, got undefined."],
  [() => g.add(x(2), undefined as never), "Expected add() to get tensors and numbers, got undefined."],
  [() => g.mul("2" as never, x(2)), 'Expected mul() to get tensors and numbers, got "2".'],
  [() => g.matmul(x(2, 2), undefined as never), "Expected matmul() to get tensors, got undefined."],
  [() => g.matmul(undefined as never, x(2, 2)), "Expected matmul() to get tensors, got undefined."],
  [() => g.mean([1, 2] as never), "Expected mean() to get tensors, got [1, 2]."],
  [() => g.sum(undefined as never, { axes: [0] }), "Expected sum() to get tensors, got undefined."],
])("what is no tensor is refused: %s", (make, message) => expect(make).toThrow(message));

/** What can be wrong with the arguments of each op, and what is said about it. */
const mistakes: { readonly [Name in keyof typeof structuralOps]: readonly Mistake[] } = {
  argmax: [
    [() => g.argmax(x(2, 3), 2), "Expected an axis of argmax between -2 and 1, got 2 for a tensor of rank 2."],
    [() => g.argmax(i(2)), "Expected float32 for argmax(), got int32: convert it with toFloat()."],
  ],
  broadcast: [
    [() => g.broadcastTo(x(2, 3), [2, 4]), "Expected a shape that broadcasts to [2, 4], got [2, 3]."],
    [() => g.broadcastTo(x(2, 3), [3]), "Expected a shape that broadcasts to [3], got [2, 3]."],
    [
      () => g.broadcastTo(x(), [-1]),
      "Expected the shape of broadcastTo() to have whole, non-negative sizes, got [-1].",
    ],
  ],
  concat: [
    [() => g.concat([]), "Expected concat() to get tensors, got none."],
    [
      () => g.concat([x(2, 3), x(3, 3)]),
      "Expected concat() to get tensors that differ along axis 1 alone, got float32 [2, 3] and float32 [3, 3].",
    ],
    [
      () => g.concat([x(2), i(2)]),
      "Expected concat() to get tensors that differ along axis 0 alone, got float32 [2] and int32 [2].",
    ],
    [() => g.concat([x(2), x(2)], 1), "Expected an axis of concat between -1 and 0, got 1 for a tensor of rank 1."],
    [() => g.stack([x(2)], 2), "Expected an axis of stack between -2 and 1, got 2 for a tensor of rank 2."],
  ],
  constant: [
    [() => g.constant([1, 2], [3]), "Expected 3 values for [3], got 2."],
    [() => g.constant([1], [0.5]), "Expected the shape of constant() to have whole, non-negative sizes, got [0.5]."],
  ],
  full: [[() => g.full([-2], 0), "Expected the shape of full() to have whole, non-negative sizes, got [-2]."]],
  gather: [
    [() => g.gather(x(2, 3, 4), i(2)), "Expected a table [rows, width] for gather(), got [2, 3, 4]."],
    [
      () => g.gather(x(2, 3), x(2)),
      "Expected int32 for the indices of gather(), got float32: convert it with toInt().",
    ],
  ],
  input: [
    [() => g.input("x", [2, -1]), "Expected the shape of input x to have whole, non-negative sizes, got [2, -1]."],
  ],
  label: [],
  matmul: [
    [
      () => g.matmul(x(2, 3), x(4, 2)),
      "Expected matmul() to get [..., m, k] and [..., k, n], got [2, 3] and [4, 2]: " +
        "the last axis of the first must equal the last but one of the second.",
    ],
    [
      () => g.matmul(x(3), x(3, 2)),
      "Expected matmul() to get [..., m, k] and [..., k, n], got [3] and [3, 2]: " +
        "the last axis of the first must equal the last but one of the second.",
    ],
    [
      () => g.matmul(x(2, 3, 4), x(5, 4, 2)),
      "Expected matmul() to get [..., m, k] and [..., k, n], got [2, 3, 4] and [5, 4, 2]: leading axes must be equal.",
    ],
    [
      () => g.matmul(x(2, 3, 4), x(3, 2)),
      "Expected matmul() to get [..., m, k] and [..., k, n], got [2, 3, 4] and [3, 2]: " +
        "the last axis of the first must equal the last but one of the second.",
    ],
    [() => g.matmul(i(2, 2), x(2, 2)), "Expected float32 for matmul(), got int32: convert it with toFloat()."],
  ],
  max: [
    [() => g.max(x(2), { axes: [1] }), "Expected an axis of max between -1 and 0, got 1 for a tensor of rank 1."],
    [() => g.max(i(2)), "Expected float32 for max(), got int32: convert it with toFloat()."],
  ],
  random: [
    [() => g.uniform(i(3), 0, [2]), "Expected a key of two int32 words for uniform(), got [3]."],
    [() => g.uniform(x(2), 0, [2]), "Expected int32 for the key of uniform(), got float32: convert it with toInt()."],
    [() => g.uniform(i(2), 0.5, [2]), "Expected `stream` to be an integer of at least 0, got 0.5."],
    [() => g.uniform(i(2), 0, [-1]), "Expected the shape of uniform() to have whole, non-negative sizes, got [-1]."],
  ],
  reshape: [
    [() => g.reshape(x(2, 3), [4]), "Expected reshape() to [4] to get 4 elements, got 6 in [2, 3]."],
    [
      () => g.reshape(x(2, 3), [4, -1]),
      "Expected the shape of reshape() to have whole, non-negative sizes, got [4, 1.5].",
    ],
    [() => g.reshape(x(2, 3), [-1, -1]), "Expected reshape() to get one size of -1 at most, got [-1, -1]."],
  ],
  // What can be wrong with a scan is tested with `scan`.
  scan: [],
  scatterAdd: [
    [
      () => g.scatterAdd(x(2, 3), i(3), 4),
      "Expected values [..., width] and indices [...] for scatterAdd(), got [2, 3] and [3].",
    ],
    [
      () => g.scatterAdd(x(), i(), 4),
      "Expected values [..., width] and indices [...] for scatterAdd(), got [] and [].",
    ],
    [
      () => g.scatterAdd(x(2, 3), x(2), 4),
      "Expected int32 for the indices of scatterAdd(), got float32: convert it with toInt().",
    ],
    [
      () => g.scatterAdd(i(2, 3), i(2), 4),
      "Expected float32 for the values of scatterAdd(), got int32: convert it with toFloat().",
    ],
    [() => g.scatterAdd(x(2, 3), i(2), -1), "Expected `rows` to be an integer of at least 0, got -1."],
  ],
  slice: [
    [
      () => g.slice(x(2, 3), [0, 2], [2, 2]),
      "Expected a slice inside [2, 3], got start [0, 2], size [2, 2], step [1, 1].",
    ],
    [() => g.slice(x(3), [1], [3], [-1]), "Expected a slice inside [3], got start [1], size [3], step [-1]."],
    [() => g.slice(x(3), [0], [2], [0]), "Expected a slice inside [3], got start [0], size [2], step [0]."],
    [() => g.slice(x(3), [0.5], [1]), "Expected a slice inside [3], got start [0.5], size [1], step [1]."],
    [() => g.slice(x(3), [0], [-1]), "Expected a slice inside [3], got start [0], size [-1], step [1]."],
    [() => g.slice(x(2, 3), [0], [1]), "Expected a slice inside [2, 3], got start [0], size [1], step [1]."],
    [() => g.slice(x(2), [0, 0], [1, 1]), "Expected a slice inside [2], got start [0, 0], size [1, 1], step [1, 1]."],
    [() => g.take(x(2, 3), 1, 3), "Expected a slice inside [2, 3], got start [0, 3], size [2, 1], step [1, 1]."],
    [() => g.reverse(x(2), 1), "Expected an axis of reverse between -1 and 0, got 1 for a tensor of rank 1."],
  ],
  split: [
    [() => g.split(x(2, 3), 2), "Expected split() to cut axis 1 of [2, 3] into equal parts, got 2 parts of 3."],
    [() => g.split(x(2, 3), 0), "Expected split() to cut axis 1 of [2, 3] into equal parts, got 0 parts of 3."],
    [() => g.split(x(2), 2, -2), "Expected an axis of split between -1 and 0, got -2 for a tensor of rank 1."],
  ],
  spare: [],
  stopGradient: [],
  sum: [
    [() => g.sum(x(2), { axes: [0.5] }), "Expected an axis of sum between -1 and 0, got 0.5 for a tensor of rank 1."],
    [
      () => g.sum(x(2), { ...{ axis: 0, axes: [0] } }),
      'Expected the options of sum() to be among axes, keepDims, got "axis".',
    ],
    [() => g.sum(i(2)), "Expected float32 for sum(), got int32: convert it with toFloat()."],
  ],
  transpose: [
    [() => g.transpose(x(2, 3), [0, 0]), "Expected transpose() to get each of the 2 axes of [2, 3] once, got [0, 0]."],
    [() => g.transpose(x(2, 3), [0]), "Expected transpose() to get each of the 2 axes of [2, 3] once, got [0]."],
    [() => g.swapAxes(x(2, 3), 0, 2), "Expected an axis of swapAxes between -2 and 1, got 2 for a tensor of rank 2."],
  ],
  unslice: [
    [
      () => g.pad(x(2), [-1], [0]),
      "Expected pad() to get a count of zeros before and after each axis of [2], got [-1] and [0].",
    ],
    [
      () => g.pad(x(2), [1], []),
      "Expected pad() to get a count of zeros before and after each axis of [2], got [1] and [].",
    ],
    [
      () => unslice(x(2), [3], { starts: [2], sizes: [2], steps: [1] }),
      "Expected a slice inside [3], got start [2], size [2], step [1].",
    ],
    [
      () => unslice(x(2), [3], { starts: [0], sizes: [3], steps: [1] }),
      "Expected unslice() to get shape [3], got [2].",
    ],
  ],
  variable: [
    [() => g.variable("w", [-1]), "Expected the shape of variable w to have whole, non-negative sizes, got [-1]."],
  ],
};

function says(make: () => unknown, message: string): void {
  expect(make).toThrow(expect.objectContaining({ message }));
}

test.each(Object.values(mistakes).flat())("mistake %#", says);

const elementwise = Object.values(elementwiseOps);
const arity = (op: Op<null>) => (op.scalar ?? expect.unreachable()).length;

test.each(elementwise)("$name takes no other dtype", (op) => {
  const [dtype, other, remedy] =
    op.name === "toFloat" ? (["int32", "float32", "toInt"] as const) : (["float32", "int32", "toFloat"] as const);
  const inputs = Array.from({ length: arity(op) }, () => g.input("x", [2], other));
  const owner = op.name === "select" ? "the condition of select()" : `${op.name}()`;
  says(() => applyOne(op, inputs, null), `Expected ${dtype} for ${owner}, got ${other}: convert it with ${remedy}().`);
});

test.each(elementwise.filter((op) => arity(op) > 1))("$name takes no other shapes", (op) => {
  const inputs = Array.from({ length: arity(op) }, (_, index) => g.input("x", [2 + (index % 2), 1]));
  const shapes = arity(op) === 3 ? "[2, 1] and [3, 1] and [2, 1]" : "[2, 1] and [3, 1]";
  says(() => applyOne(op, inputs, null), `Expected ${op.name}() to get equal shapes, got ${shapes}.`);
});

test("shapes that do not broadcast", () => {
  says(
    () => g.add(x(4, 2, 3), x(3, 3)),
    "Expected add() to get shapes that broadcast, got [4, 2, 3] and [3, 3]: axis -2 must have equal sizes, or 1.",
  );
  says(
    () => g.select(x(2), x(3), 0),
    "Expected select() to get shapes that broadcast, got [2] and [3] and []: axis -1 must have equal sizes, or 1.",
  );
  says(
    () => g.select(x(2), i(2), x(2)),
    "Expected int32 for both branches of select(), got float32: convert it with toInt().",
  );
});

test("gradients of what is no scalar", () => {
  says(() => g.gradients(x(2), []), "Expected a scalar loss, got shape [2]: reduce it with sum() or mean().");
});
