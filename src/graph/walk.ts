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

let walksMade = 0;

/** More than the nodes of any graph: an id and a place fit one number, exactly. */
const MOST_NODES = 2 ** 21;

function walk(roots: readonly Tensor[]): readonly Node[] {
  const walkNumber = ++walksMade;
  const found: Node[] = [];
  const meet = (tensors: readonly Tensor[]) => {
    for (let i = 0; i < tensors.length; i++) {
      const { node } = tensors[i]!;
      if (node.met === walkNumber) continue;
      node.met = walkNumber;
      found.push(node);
    }
  };
  meet(roots);
  for (let at = 0; at < found.length; at++) meet(found[at]!.inputs);
  // Sorting numbers takes no call for each comparison.
  const places = new Float64Array(found.length);
  for (let at = 0; at < found.length; at++) places[at] = found[at]!.id * MOST_NODES + at;
  places.sort();
  const nodes = new Array<Node>(found.length);
  for (let at = 0; at < found.length; at++) nodes[at] = found[places[at]! % MOST_NODES]!;
  return nodes;
}

/** The nodes among those of `roots` that depend on one of `sources`. */
export function dependents(roots: readonly Tensor[], sources: Iterable<Tensor>): Set<Node> {
  const from = new Set(sources);
  const found = new Set<Node>();
  const nodes = nodesOf(roots);
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const { inputs, outputs } = node;
    let depends = false;
    for (let i = 0; i < inputs.length && !depends; i++) depends = found.has(inputs[i]!.node) || from.has(inputs[i]!);
    for (let i = 0; i < outputs.length && !depends; i++) depends = from.has(outputs[i]!);
    if (depends) found.add(node);
  }
  return found;
}

/** All tensors that are reached from `roots` when each leads on to others. */
export function reach(roots: readonly Tensor[], onwards: (x: Tensor) => readonly Tensor[]): Set<Tensor> {
  const reached = new Set<Tensor>();
  const pending = [...roots];
  while (pending.length > 0) {
    const x = pending.pop()!;
    if (reached.has(x)) continue;
    reached.add(x);
    pending.push(...onwards(x));
  }
  return reached;
}

/** Ops that show their input's numbers: they only look at memory differently. */
const looks = new Set(["label", "stopGradient", "broadcast", "reshape", "transpose"]);

/** Whether a tensor shows another one's numbers. */
export function isLook({ node }: Tensor): boolean {
  return looks.has(node.op.name);
}

/** The tensor whose numbers `x` shows. */
export function lookedAt(x: Tensor): Tensor {
  return isLook(x) ? lookedAt(x.node.inputs[0]!) : x;
}

/**
 * The graph of `roots` with tensors replaced: `replaced` maps old to new, and is filled with every tensor met on the way.
 * What does not depend on a replaced tensor stays the very same.
 */
export function substitute(roots: readonly Tensor[], replaced: Map<Tensor, Tensor>): Tensor[] {
  const nodes = nodesOf(roots);
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const inputs = replacedBy(replaced, node.inputs);
    if (inputs === node.inputs) continue;
    let isReplaced = true;
    for (let i = 0; i < node.outputs.length; i++) isReplaced &&= replaced.has(node.outputs[i]!);
    if (isReplaced) continue;
    const outputs = apply(node.op, inputs, node.attributes);
    for (let i = 0; i < outputs.length; i++) {
      if (!replaced.has(node.outputs[i]!)) replaced.set(node.outputs[i]!, outputs[i]!);
    }
  }
  return roots.map((root) => replaced.get(root) ?? root);
}

/** The tensors that stand for these now: the very same list where they are the same. */
export function replacedBy(replaced: ReadonlyMap<Tensor, Tensor>, tensors: readonly Tensor[]): readonly Tensor[] {
  let now: Tensor[] | undefined;
  for (let i = 0; i < tensors.length; i++) {
    const other = replaced.get(tensors[i]!);
    if (other === undefined || other === tensors[i]) continue;
    now ??= tensors.slice();
    now[i] = other;
  }
  return now ?? tensors;
}
