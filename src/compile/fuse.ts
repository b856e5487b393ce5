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
  /** Greater than that of every group that this one depends on. */
  rank: number;
}

/** @param nodes in topological order; inputs that are not among them lie outside and depend on none of them */
export function fuse(nodes: readonly Node[]): Unit[] {
  const groupOf = new Map<Node, Group>();
  const readers = new Map<Tensor, Node>();
  const users = new Map<Node, Node[]>();
  for (const node of nodes) {
    const own: Group = { nodes: [node], rank: 0 };
    groupOf.set(node, own);
    users.set(node, []);
    for (const x of node.inputs) users.get(x.node)?.push(node);
    own.rank = rankAfterInputs(own, own, groupOf);
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
      if (group !== joined && fits && !connectedOutside(group, joined, groupOf))
        joined = join(group, joined, groupOf, users);
    }
  }
  for (const group of groupOf.values()) group.nodes.sort((a, b) => a.id - b.id);
  return [...new Set(groupOf.values())];
}

function join(into: Group, from: Group, groupOf: Map<Node, Group>, users: ReadonlyMap<Node, readonly Node[]>): Group {
  into.rank = Math.max(into.rank, rankAfterInputs(from, into, groupOf));
  for (const node of from.nodes) groupOf.set(node, into);
  into.nodes.push(...from.nodes);
  raiseUsers(into, groupOf, users);
  return into;
}

/** The least rank of a group with the inputs of `group`, those from itself and from `other` aside. */
function rankAfterInputs(group: Group, other: Group, groupOf: ReadonlyMap<Node, Group>): number {
  let rank = 0;
  for (const node of group.nodes) {
    for (const x of node.inputs) {
      const producer = groupOf.get(x.node);
      if (producer && producer !== group && producer !== other) rank = Math.max(rank, producer.rank + 1);
    }
  }
  return rank;
}

function raiseUsers(group: Group, groupOf: ReadonlyMap<Node, Group>, users: ReadonlyMap<Node, readonly Node[]>): void {
  for (const node of group.nodes) {
    for (const user of users.get(node)!) {
      const above = groupOf.get(user)!;
      if (above === group || above.rank > group.rank) continue;
      above.rank = group.rank + 1;
      raiseUsers(above, groupOf, users);
    }
  }
}

/** Whether a path leads from one of the two groups through a third to the other, whose rank is the higher then. */
function connectedOutside(a: Group, b: Group, groupOf: ReadonlyMap<Node, Group>): boolean {
  const [low, high] = a.rank < b.rank ? [a, b] : [b, a];
  // Ranks rise along every path: a third group has one between them.
  if (high.rank - low.rank < 2) return false;
  const seen = new Set<Group>([low, high]);
  const pending: Group[] = [];
  const visit = (x: Tensor) => {
    const group = groupOf.get(x.node);
    if (group && group.rank > low.rank && !seen.has(group)) {
      seen.add(group);
      pending.push(group);
    }
  };
  for (const node of high.nodes) for (const x of node.inputs) visit(x);
  while (pending.length > 0) {
    for (const node of pending.pop()!.nodes) {
      for (const x of node.inputs) {
        if (groupOf.get(x.node) === low) return true;
        visit(x);
      }
    }
  }
  return false;
}
