/**
 * Groups elementwise nodes of one shape into clusters, each of which becomes one `map` instruction: a chain of work runs
 * over a block of elements while it is in the cache. A cluster must not depend on itself through anything outside it.
 */
import type { Node, Tensor } from "../graph/tensor.ts";
import { sameShape } from "../graph/tensor.ts";

/** What becomes one instruction or a few: one node, or a cluster of elementwise nodes. */
export interface Unit {
  readonly nodes: readonly Node[];
}

/** Larger clusters gain nothing more, and their values crowd the cache. */
const maxNodes = 96;

/** Values that are not worth sharing: one number, or a few of them again and again. */
const repeats = new Set(["broadcast", "full"]);

interface Group {
  readonly nodes: Node[];
}

/** @param nodes in topological order; inputs that are not among them lie outside and depend on none of them */
export function fuse(nodes: readonly Node[]): Unit[] {
  const groupOf = new Map<Node, Group>();
  const readers = new Map<Tensor, Node>();
  for (const node of nodes) {
    const own: Group = { nodes: [node] };
    groupOf.set(node, own);
    if (node.op.scalar === undefined) continue;
    const shape = node.outputs[0]!.shape;
    const candidates = new Set<Group>();
    for (const x of node.inputs) {
      // Work on what this node reads is worth joining, and so is other work that reads the same memory.
      for (const neighbour of [x.node, readers.get(x)]) {
        const group = neighbour && groupOf.get(neighbour);
        if (group && neighbour.op.scalar && sameShape(neighbour.outputs[0]!.shape, shape)) candidates.add(group);
      }
    }
    for (const x of node.inputs) if (!repeats.has(x.node.op.name)) readers.set(x, node);
    let joined = own;
    for (const group of candidates) {
      const fits = group.nodes.length + joined.nodes.length <= maxNodes;
      if (group !== joined && fits && !connectedOutside(group, joined, groupOf)) joined = join(group, joined, groupOf);
    }
  }
  for (const group of groupOf.values()) group.nodes.sort((a, b) => a.id - b.id);
  return [...new Set(groupOf.values())];
}

function join(into: Group, from: Group, groupOf: Map<Node, Group>): Group {
  for (const node of from.nodes) groupOf.set(node, into);
  into.nodes.push(...from.nodes);
  return into;
}

/** Whether a path leads from one of the two groups through a third to one of them. */
function connectedOutside(a: Group, b: Group, groupOf: ReadonlyMap<Node, Group>): boolean {
  const seen = new Set<Group>([a, b]);
  const pending: Group[] = [];
  const visit = (x: Tensor) => {
    const group = groupOf.get(x.node);
    if (group && !seen.has(group)) {
      seen.add(group);
      pending.push(group);
    }
  };
  for (const node of [...a.nodes, ...b.nodes]) for (const x of node.inputs) visit(x);
  while (pending.length > 0) {
    for (const node of pending.pop()!.nodes) {
      for (const x of node.inputs) {
        const group = groupOf.get(x.node);
        if (group === a || group === b) return true;
        visit(x);
      }
    }
  }
  return false;
}
