/**
 * Runs part of a scan's body for all time steps at once, outside the loop: each op on [...] becomes the same op on
 * [time, ...].
 */
import { apply } from "../graph/op.ts";
import { broadcastTo } from "../graph/ops/broadcast.ts";
import { full, fullValue } from "../graph/ops/full.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import type { Node, Shape, Tensor } from "../graph/tensor.ts";
import { rulesOf } from "./rarity.ts";

/** A body tensor's value outside: the same at every step, or one for each step along a new first axis. */
export interface Outside {
  readonly value: Tensor;
  readonly varies: boolean;
}

/** Whether `vectorize` can make the node; `isFixed` tells which inputs are the same at every step. */
export function isVectorizable(node: Node, isFixed: (x: Tensor) => boolean): boolean {
  // A table of each step would be a table of tables.
  if (node.op.name === "gather") return isFixed(node.inputs[0]!);
  return node.op.scalar !== undefined || ruleFor(node) !== undefined;
}

/** Makes the outputs of `node` for all `time` steps; `outside` gives its inputs, one of which varies. */
export function vectorize(node: Node, outside: readonly Outside[], time: number): readonly Tensor[] {
  if (node.op.scalar !== undefined) {
    const inputs = outside.map((x) => overTime(x, time));
    return apply(node.op, inputs, null);
  }
  return ruleFor(node)!(node, outside, time);
}

/** The value with its time axis, repeated if it does not vary. */
export function overTime({ value, varies }: Outside, time: number): Tensor {
  if (varies) return value;
  const uniform = fullValue(value);
  const shape = [time, ...value.shape];
  return uniform === undefined ? broadcastTo(value, shape) : full(shape, uniform);
}

export type VectorRule = (node: Node, outside: readonly Outside[], time: number) => readonly Tensor[];

const attributes = <A>(node: Node) => node.attributes as A;

const rules: Readonly<Record<string, VectorRule>> = {
  broadcast: (node, [x], time) => {
    const { shape } = attributes<{ readonly shape: Shape }>(node);
    const source = x!.value.shape.slice(1);
    const aligned = [time, ...new Array<number>(shape.length - source.length).fill(1), ...source];
    return [broadcastTo(reshape(x!.value, aligned), [time, ...shape])];
  },
  reshape: (node, [x], time) => [reshape(x!.value, [time, ...node.outputs[0]!.shape])],
  transpose: (node, [x]) => {
    const { order } = attributes<{ readonly order: readonly number[] }>(node);
    return apply(node.op, [x!.value], { order: [0, ...order.map((axis) => axis + 1)] });
  },
  split: (node, [x]) => apply(node.op, [x!.value], axisLater(node)),
  concat: (node, outside, time) =>
    apply(
      node.op,
      outside.map((x) => overTime(x, time)),
      axisLater(node),
    ),
  sum: (node, [x]) => foldLater(node, x!.value),
  max: (node, [x]) => foldLater(node, x!.value),
  // A matrix that does not vary serves all steps in one product.
  matmul: (_node, [a, b], time) => [
    matmul(overTime(a!, time), b!.varies || b!.value.rank > 2 ? overTime(b!, time) : b!.value),
  ],
};

const ruleFor = ({ op }: Node) => rules[op.name] ?? rulesOf(op.name)?.vectorize;

/** The attributes of an op along one axis, which now has the time axis in front of it. */
export function axisLater(node: Node) {
  const given = attributes<{ readonly axis: number }>(node);
  return { ...given, axis: given.axis + 1 };
}

function foldLater(node: Node, x: Tensor): readonly Tensor[] {
  const { axes } = attributes<{ readonly axes: readonly number[] }>(node);
  return apply(node.op, [x], { axes: axes.map((axis) => axis + 1) });
}
