/** Going through a graph from its results to its sources. */
import { apply } from "./op.ts";
import type { Node, Tensor } from "./tensor.ts";

/** All nodes that `roots` depend on, inputs before users. */
export function nodesOf(roots: readonly Tensor[]): Node[] {
  const seen = new Set<Node>();
  const pending = roots.map((root) => root.node);
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) pending.push(input.node);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** The nodes among those of `roots` that depend on one of `sources`. */
export function dependents(roots: readonly Tensor[], sources: Iterable<Tensor>): Set<Node> {
  const from = new Set(sources);
  const found = new Set<Node>();
  for (const node of nodesOf(roots)) {
    const depends = node.inputs.some((input) => found.has(input.node) || from.has(input));
    if (depends || node.outputs.some((output) => from.has(output))) found.add(node);
  }
  return found;
}

/**
 * The graph of `roots` with tensors replaced: `replaced` maps old to new, and is filled with every tensor met on the way.
 * What does not depend on a replaced tensor stays the very same.
 */
export function substitute(roots: readonly Tensor[], replaced: Map<Tensor, Tensor>): Tensor[] {
  for (const node of nodesOf(roots)) {
    if (node.outputs.every((output) => replaced.has(output))) continue;
    const inputs = node.inputs.map((input) => replaced.get(input) ?? input);
    if (inputs.every((input, index) => input === node.inputs[index])) continue;
    const outputs = apply(node.op, inputs, node.attributes);
    for (const [index, output] of node.outputs.entries()) {
      if (!replaced.has(output)) replaced.set(output, outputs[index]!);
    }
  }
  return roots.map((root) => replaced.get(root) ?? root);
}
