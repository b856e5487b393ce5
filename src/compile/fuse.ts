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
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const { inputs } = node;
    const own: Group = { nodes: [node], rank: 0 };
    groupOf.set(node, own);
    users.set(node, []);
    for (let i = 0; i < inputs.length; i++) users.get(inputs[i]!.node)?.push(node);
    own.rank = rankAfterInputs(own, own, groupOf);
    if (node.op.scalar === undefined) continue;
    const shape = node.outputs[0]!.shape;
    const candidates: Group[] = [];
    const consider = (neighbour: Node | undefined) => {
      if (neighbour?.op.scalar === undefined || !sameShape(neighbour.outputs[0]!.shape, shape)) return;
      const group = groupOf.get(neighbour);
      if (group !== undefined && !candidates.includes(group)) candidates.push(group);
    };
    for (let i = 0; i < inputs.length; i++) {
      // Work on what this node reads is worth joining, and so is other work that reads the same memory.
      consider(inputs[i]!.node);
      consider(readers.get(inputs[i]!));
    }
    for (let i = 0; i < inputs.length; i++) if (!repeats.has(inputs[i]!.node.op.name)) readers.set(inputs[i]!, node);
    let joined = own;
    for (let i = 0; i < candidates.length; i++) {
      const group = candidates[i]!;
      const fits = group.nodes.length + joined.nodes.length <= maxNodes;
      if (group !== joined && fits && !connectedOutside(group, joined, groupOf))
        joined = join(group, joined, groupOf, users);
    }
  }
  const groups = [...new Set(groupOf.values())];
  for (const group of groups) if (group.nodes.length > 1) group.nodes.sort((a, b) => a.id - b.id);
  return groups;
}

function join(into: Group, from: Group, groupOf: Map<Node, Group>, users: ReadonlyMap<Node, readonly Node[]>): Group {
  into.rank = Math.max(into.rank, rankAfterInputs(from, into, groupOf));
  for (let i = 0; i < from.nodes.length; i++) {
    groupOf.set(from.nodes[i]!, into);
    into.nodes.push(from.nodes[i]!);
  }
  raiseUsers(into, groupOf, users);
  return into;
}

/** The least rank of a group with the inputs of `group`, those from itself and from `other` aside. */
function rankAfterInputs(group: Group, other: Group, groupOf: ReadonlyMap<Node, Group>): number {
  let rank = 0;
  for (let at = 0; at < group.nodes.length; at++) {
    const { inputs } = group.nodes[at]!;
    for (let i = 0; i < inputs.length; i++) {
      const producer = groupOf.get(inputs[i]!.node);
      if (producer && producer !== group && producer !== other && producer.rank >= rank) rank = producer.rank + 1;
    }
  }
  return rank;
}

function raiseUsers(group: Group, groupOf: ReadonlyMap<Node, Group>, users: ReadonlyMap<Node, readonly Node[]>): void {
  for (let at = 0; at < group.nodes.length; at++) {
    const own = users.get(group.nodes[at]!)!;
    for (let i = 0; i < own.length; i++) {
      const above = groupOf.get(own[i]!)!;
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
