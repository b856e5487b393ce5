/** Going through a graph from its results to its sources. */
import { apply } from "./op.ts";
import type { Node, Tensor } from "./tensor.ts";

/** The last walk from each first root: passes look at the same graph again and again. */
const walks = new WeakMap<Node, { readonly from: readonly Tensor[]; readonly nodes: readonly Node[] }>();

/** All nodes that `roots` depend on, inputs before users. */
export function nodesOf(roots: readonly Tensor[]): readonly Node[] {
  const first = roots[0]?.node;
  if (first === undefined) return [];
  const last = walks.get(first);
  if (last !== undefined && isSame(last.from, roots)) return last.nodes;
  const nodes = walk(roots);
  walks.set(first, { from: roots.slice(), nodes });
  return nodes;
}

function isSame(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]!.node !== b[i]!.node) return false;
  return true;
}

function walk(roots: readonly Tensor[]): readonly Node[] {
  const seen = new Map<number, Node>();
  const pending: Node[] = [];
  for (const { node } of roots) pending.push(node);
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (seen.has(node.id)) continue;
    seen.set(node.id, node);
    for (const input of node.inputs) if (!seen.has(input.node.id)) pending.push(input.node);
  }
  // Sorting numbers takes no call for each comparison.
  const ids = Float64Array.from(seen.keys()).sort();
  return Array.from(ids, (id) => seen.get(id)!);
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
