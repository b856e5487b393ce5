/**
 * Rules that make one node simpler. A rule may use only what holds for every number, NaN and infinities included: x·0
 * is not 0. The sign of zero alone is not kept: −0 + 0 is 0, and becomes −0.
 */
import { broadcastTo } from "../graph/ops/broadcast.ts";
import { full, fullValue } from "../graph/ops/full.ts";
import { neg } from "../graph/ops/neg.ts";
import { reshape } from "../graph/ops/reshape.ts";
import type { SplitAttributes } from "../graph/ops/split.ts";
import { sub } from "../graph/ops/sub.ts";
import { sum } from "../graph/ops/sum.ts";
import { transpose } from "../graph/ops/transpose.ts";
import { type Node, type Shape, sameShape, sizeOf, type Tensor } from "../graph/tensor.ts";
import { rulesOf } from "./rarity.ts";
import type { Rule } from "./rewrite.ts";

export type OpRule = (inputs: readonly Tensor[], node: Node) => Tensor | undefined;

const shapeOf = (node: Node) => (node.attributes as { readonly shape: Shape }).shape;
const axesOf = (node: Node) => (node.attributes as { readonly axes: readonly number[] }).axes;

/** A node that only moves or repeats elements does nothing to a tensor whose elements are all equal. */
export const keepsValue: OpRule = ([x], node) => {
  const value = fullValue(x!);
  return value === undefined ? undefined : full(node.outputs[0]!.shape, value);
};

const rules: Readonly<Record<string, OpRule>> = {
  label: ([x]) => x,
  neg: ([x]) => (x!.node.op.name === "neg" ? x!.node.inputs[0] : undefined),
  add([a, b]) {
    if (fullValue(a!) === 0) return b;
    return fullValue(b!) === 0 ? a : (lessNegative(a!, b!) ?? lessNegative(b!, a!));
  },
  sub: ([a, b]) => (fullValue(b!) === 0 ? a : fullValue(a!) === 0 ? neg(b!) : undefined),
  mul: ([a, b]) => (fullValue(a!) === 1 ? b : fullValue(b!) === 1 ? a : undefined),
  div: ([a, b]) => (fullValue(b!) === 1 ? a : undefined),
  broadcast([x], node) {
    if (x!.node.op.name === "broadcast") return broadcastTo(x!.node.inputs[0]!, shapeOf(node));
    return keepsValue([x!], node);
  },
  reshape([x], node) {
    if (x!.node.op.name === "reshape") return reshape(x!.node.inputs[0]!, shapeOf(node));
    if (sameShape(x!.shape, shapeOf(node))) return x;
    return keepsValue([x!], node);
  },
  transpose([x], node) {
    const { order } = node.attributes as { readonly order: readonly number[] };
    if (x!.node.op.name !== "transpose") return keepsValue([x!], node);
    const before = x!.node.attributes as { readonly order: readonly number[] };
    const both = order.map((axis) => before.order[axis]!);
    return transpose(x!.node.inputs[0]!, both);
  },
  concat(inputs, node) {
    const value = fullValue(inputs[0]!);
    const uniform = value !== undefined && inputs.every((x) => fullValue(x) === value);
    return uniform ? full(node.outputs[0]!.shape, value) : undefined;
  },
  max([x], node) {
    return sizeOf(x!.shape) === 0 ? undefined : keepsValue([x!], node);
  },
  sum([x], node) {
    const value = fullValue(x!);
    const count = sizeOf(axesOf(node).map((axis) => x!.shape[axis]!));
    if (value !== undefined) return full(node.outputs[0]!.shape, count === 0 ? 0 : value * count);
    return x!.node.op.name === "sum" ? sum(x!.node.inputs[0]!, { axes: bothFolded(x!, node) }) : undefined;
  },
};

/** a + −b as a − b, where b is elementwise work too: what sums of products are made of stays to be seen. */
function lessNegative(a: Tensor, b: Tensor): Tensor | undefined {
  const negated = b.node.op.name === "neg" ? b.node.inputs[0]! : undefined;
  return negated?.node.op.scalar === undefined ? undefined : sub(a, negated);
}

/** The axes that two sums in a row fold, counted before the first. */
function bothFolded(inner: Tensor, outer: Node): readonly number[] {
  const first = axesOf(inner.node);
  const left = inner.node.inputs[0]!.shape.map((_, axis) => axis).filter((axis) => !first.includes(axis));
  return [...first, ...axesOf(outer).map((axis) => left[axis]!)];
}

/** Simplifies one node by what is known of its op and inputs. */
export const algebra: Rule = (node, inputs) => {
  const { op, outputs } = node;
  if (op.scalar !== undefined && outputs[0]!.dtype === "float32") {
    const values: number[] = [];
    for (let i = 0; i < inputs.length; i++) {
      const value = fullValue(inputs[i]!);
      if (value === undefined) break;
      values.push(value);
    }
    if (values.length === inputs.length) return [full(outputs[0]!.shape, op.scalar(...values))];
  }
  if (op.name === "split") return splitDown(node, inputs[0]!);
  const made = (rules[op.name] ?? rulesOf(op.name)?.simplify)?.(inputs, node);
  return made && [made];
};

/** The parts of a uniform, broadcast or concatenated tensor, had without cutting it. */
function splitDown(node: Node, x: Tensor): readonly Tensor[] | undefined {
  const { axis, sizes } = node.attributes as SplitAttributes;
  if (sizes.length === 1) return [x];
  const value = fullValue(x);
  if (value !== undefined) return node.outputs.map((part) => full(part.shape, value));
  if (x.node.op.name === "concat") {
    const { inputs, attributes } = x.node;
    const fits = (attributes as { readonly axis: number }).axis === axis && inputs.length === sizes.length;
    if (fits && inputs.every((input, i) => sameShape(input.shape, node.outputs[i]!.shape))) return inputs;
  }
  return undefined;
}
