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

interface Group {
  readonly nodes: Node[];
  /** Ids of the first and last node: a group whose last id is smaller than another's first cannot depend on it. */
  first: number;
  last: number;
}

/** @param nodes in topological order; inputs that are not among them lie outside and depend on none of them */
export function fuse(nodes: readonly Node[]): Unit[] {
  const groupOf = new Map<Node, Group>();
  for (const node of nodes) {
    const own: Group = { nodes: [node], first: node.id, last: node.id };
    groupOf.set(node, own);
    if (node.op.scalar === undefined) continue;
    const shape = node.outputs[0]!.shape;
    const candidates = new Set<Group>();
    for (const { node: producer } of node.inputs) {
      const group = groupOf.get(producer);
      if (group && producer.op.scalar && sameShape(producer.outputs[0]!.shape, shape)) candidates.add(group);
    }
    let joined = own;
    for (const group of candidates) {
      const fits = group.nodes.length + joined.nodes.length <= maxNodes;
      if (group !== joined && fits && !connectedOutside(group, joined, groupOf)) joined = join(group, joined, groupOf);
    }
  }
  return inOrder([...new Set(groupOf.values())], groupOf);
}

function join(into: Group, from: Group, groupOf: Map<Node, Group>): Group {
  for (const node of from.nodes) groupOf.set(node, into);
  into.nodes.push(...from.nodes);
  into.first = Math.min(into.first, from.first);
  into.last = Math.max(into.last, from.last);
  return into;
}

/** Whether a path leads from one of the two groups through a third to one of them. */
function connectedOutside(a: Group, b: Group, groupOf: ReadonlyMap<Node, Group>): boolean {
  const first = Math.min(a.first, b.first);
  const seen = new Set<Group>([a, b]);
  const pending: Group[] = [];
  const visit = (x: Tensor) => {
    const group = groupOf.get(x.node);
    if (group && !seen.has(group) && group.last > first) {
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

/** Producers before users; among those that are ready, the one whose last node was made first. */
function inOrder(groups: readonly Group[], groupOf: ReadonlyMap<Node, Group>): Unit[] {
  const done = new Set<Group>();
  const units: Unit[] = [];
  const emit = (group: Group) => {
    if (done.has(group)) return;
    done.add(group);
    group.nodes.sort((a, b) => a.id - b.id);
    for (const node of group.nodes) {
      for (const x of node.inputs) {
        const producer = groupOf.get(x.node);
        if (producer && producer !== group) emit(producer);
      }
    }
    units.push(group);
  };
  for (const group of [...groups].sort((a, b) => a.last - b.last)) emit(group);
  return units;
}
