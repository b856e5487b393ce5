/** The frame of every graph pass: rebuild a graph from its sources, one node at a time. */
import { apply } from "../graph/op.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";

/** What should stand in the place of `node`, whose inputs are already new; `undefined` keeps it as it is. */
export type Rule = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[] | undefined;

/** Rebuilds the graph of `roots` by `rule`. Nodes that nobody needs any more are gone afterwards. */
export function rewrite(roots: readonly Tensor[], rule: Rule): Tensor[] {
  const replaced = new Map<Tensor, Tensor>();
  const now = (x: Tensor) => replaced.get(x) ?? x;
  for (const node of nodesOf(roots)) {
    const inputs = node.inputs.map(now);
    const made = rule(node, inputs) ?? rebuilt(node, inputs);
    for (const [index, output] of node.outputs.entries()) replaced.set(output, made[index]!);
  }
  return roots.map(now);
}

/** The node on new inputs: itself when they are the old ones. */
function rebuilt(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  const same = inputs.every((input, index) => input === node.inputs[index]);
  return same ? node.outputs : apply(node.op, inputs, node.attributes);
}

/** How many times each tensor is used, by nodes and as a root. */
export function countUses(roots: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const add = (x: Tensor) => uses.set(x, (uses.get(x) ?? 0) + 1);
  for (const root of roots) add(root);
  for (const node of nodesOf(roots)) for (const input of node.inputs) add(input);
  return uses;
}
