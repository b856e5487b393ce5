/** The frame of every graph pass: rebuild a graph from its sources, one node at a time. */
import { apply } from "../graph/op.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf, replacedBy } from "../graph/walk.ts";

/** What should stand in the place of `node`, whose inputs are already new; `undefined` keeps it as it is. */
export type Rule = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[] | undefined;

/** Rebuilds the graph of `roots` by `rule`. Nodes that nobody needs any more are gone afterwards. */
export function rewrite(roots: readonly Tensor[], rule: Rule): Tensor[] {
  /** Those that something else stands for now. */
  const replaced = new Map<Tensor, Tensor>();
  const nodes = nodesOf(roots);
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const inputs = replaced.size > 0 ? replacedBy(replaced, node.inputs) : node.inputs;
    const made =
      rule(node, inputs) ?? (inputs === node.inputs ? node.outputs : apply(node.op, inputs, node.attributes));
    if (made === node.outputs) continue;
    for (let i = 0; i < node.outputs.length; i++) {
      if (made[i] !== node.outputs[i]) replaced.set(node.outputs[i]!, made[i]!);
    }
  }
  return replacedBy(replaced, roots).slice();
}

/** How many times each tensor is used, by nodes and as a root. */
export function countUses(roots: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const add = (tensors: readonly Tensor[]) => {
    for (let i = 0; i < tensors.length; i++) uses.set(tensors[i]!, (uses.get(tensors[i]!) ?? 0) + 1);
  };
  add(roots);
  const nodes = nodesOf(roots);
  for (let at = 0; at < nodes.length; at++) add(nodes[at]!.inputs);
  return uses;
}
