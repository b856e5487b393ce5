/** The frame of every graph pass: rebuild a graph from its sources, one node at a time. */
import { apply } from "../graph/op.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";

/** What should stand in the place of `node`, whose inputs are already new; `undefined` keeps it as it is. */
export type Rule = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[] | undefined;

/** Rebuilds the graph of `roots` by `rule`. Nodes that nobody needs any more are gone afterwards. */
export function rewrite(roots: readonly Tensor[], rule: Rule): Tensor[] {
  /** Those that something else stands for now. */
  const replaced = new Map<Tensor, Tensor>();
  const now = (x: Tensor) => replaced.get(x) ?? x;
  for (const node of nodesOf(roots)) {
    const inputs = replaced.size > 0 && node.inputs.some((x) => replaced.has(x)) ? node.inputs.map(now) : node.inputs;
    const made =
      rule(node, inputs) ?? (inputs === node.inputs ? node.outputs : apply(node.op, inputs, node.attributes));
    if (made === node.outputs) continue;
    for (let i = 0; i < node.outputs.length; i++) {
      if (made[i] !== node.outputs[i]) replaced.set(node.outputs[i]!, made[i]!);
    }
  }
  return roots.map(now);
}

/** How many times each tensor is used, by nodes and as a root. */
export function countUses(roots: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const add = (x: Tensor) => uses.set(x, (uses.get(x) ?? 0) + 1);
  for (const root of roots) add(root);
  for (const node of nodesOf(roots)) for (const input of node.inputs) add(input);
  return uses;
}
