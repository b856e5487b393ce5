/**
 * What a backward step needs of its forward step, and how it gets it: as a value kept at each time step, or computed
 * again. Cheap work (arithmetic, views) on values that are there anyway is done again; everything else is kept.
 */
import type { ScanBody } from "./ops/scan.ts";
import type { Node, Tensor } from "./tensor.ts";
import { dependents, lookedAt, nodesOf, reach } from "./walk.ts";

/** Ops that cost no more than reading a value back from memory. */
const cheap = new Set([
  "neg",
  "abs",
  "sign",
  "floor",
  "toFloat",
  "toInt",
  "add",
  "sub",
  "mul",
  "maximum",
  "minimum",
  "less",
  "lessEqual",
  "equal",
  "select",
  "broadcast",
  "reshape",
  "transpose",
  "slice",
  "split",
  "concat",
  "unslice",
  "full",
  "label",
  "stopGradient",
]);

export interface Residuals {
  /** Forward values to stack over time (the carry before the step may be among them). */
  readonly saved: readonly Tensor[];
  /** Indices of the forward sequences and constants that the backward step reads. */
  readonly xs: readonly number[];
  readonly constants: readonly number[];
}

/**
 * @param outcome results of the backward step, over parameters of both steps
 * @param cotangents the parameters that belong to the backward step alone
 * @param recompute whether all work counts as cheap
 */
export function residuals(
  outcome: readonly Tensor[],
  cotangents: readonly Tensor[],
  body: ScanBody,
  recompute: boolean,
): Residuals {
  const isCheap = (x: Tensor) => recompute || cheap.has(x.node.op.name);
  const backward = dependents(outcome, cotangents);
  const saved = new Set<Tensor>();
  const parameters = new Set([...body.carries, ...body.xs, ...body.constants]);
  const carries = new Set(body.carries);

  // Values of the forward step at the border: the backward step reads them directly. What is kept is what it looks at,
  // once, however many looks are needed. Earlier ones first, so that what must be kept anyway is known when it is asked
  // whether later ones can be had from it.
  const border = new Set<Tensor>();
  for (const node of backward) for (const x of node.inputs) if (!backward.has(x.node)) border.add(lookedAt(x));
  for (const x of outcome) if (!backward.has(x.node)) border.add(lookedAt(x));
  const ordered = [...border].sort((a, b) => a.node.id - b.node.id);

  // Stacked anyway: outputs, and what comes after a carry of which the value before is kept.
  const free = new Set([...body.stacked, ...body.next.filter((_, i) => border.has(body.carries[i]!))]);
  const isThere = (x: Tensor) => saved.has(x) || parameters.has(x) || free.has(x);

  const expensive = ordered.filter((x) => !isCheap(x) && !parameters.has(x));
  for (const x of expensive) saved.add(x);
  const available = (x: Tensor, memo: Map<Node, boolean>): boolean => {
    if (isThere(x)) return true;
    const known = memo.get(x.node);
    if (known !== undefined) return known;
    const found = isCheap(x) && x.node.inputs.every((input) => available(input, memo));
    memo.set(x.node, found);
    return found;
  };
  for (const x of ordered) if (!available(x, new Map())) saved.add(x);

  // What recomputation finally reads.
  const reached = reach(ordered, (x) => (isThere(x) ? [] : x.node.inputs));
  const read = new Set([...reached].filter(isThere));
  const indices = (list: readonly Tensor[]) => list.map((_, i) => i).filter((i) => read.has(list[i]!));
  const keptValues = nodesOf([...read]).flatMap((node) => node.outputs.filter((x) => read.has(x)));
  return {
    saved: keptValues.filter((x) => carries.has(x) || !parameters.has(x)),
    xs: indices(body.xs),
    constants: indices(body.constants),
  };
}
