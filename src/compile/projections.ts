/**
 * Projections that stay in the loop. A product of a sequence and weights is best done for all steps at once where weights
 * are large or rows few. Weights that stay in a cache beside those of the recurrence are read there at each step; what is
 * made of them is used at once, in registers even. Done for all steps, it would be written to memory and read again.
 */
import { matmulOp } from "../graph/ops/matmul.ts";
import { groupInputs, type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { resultsOf } from "./body.ts";

/** Rows that use a weight often enough in each step. */
const MANY_ROWS = 16;
/** Elements of weights, 1 MB, that fit a last-level cache several times. */
const SMALL_WEIGHTS = 262_144;

/** Nodes in the bodies of scans. One that several scans make, to go back through it say, is made once for all of them. */
export function projectionsInLoops(roots: readonly Tensor[]): ReadonlySet<Node> {
  const found = new Map<Tensor, Map<Tensor, Node[]>>();
  for (const scan of nodesOf(roots)) {
    if (scan.op.name !== scanOp.name) continue;
    const { body } = (scan as Node<ScanAttributes>).attributes;
    const { xs, constants } = groupInputs(body, scan.inputs);
    for (const node of nodesOf(resultsOf(body))) {
      if (!isSmall(node)) continue;
      const [sequence, weights] = [
        xs[body.xs.indexOf(node.inputs[0]!)],
        constants[body.constants.indexOf(node.inputs[1]!)],
      ];
      if (sequence === undefined || weights === undefined) continue;
      const byWeights = found.get(sequence) ?? new Map<Tensor, Node[]>();
      found.set(sequence, byWeights.set(weights, [...(byWeights.get(weights) ?? []), node]));
    }
  }
  const once = [...found.values()].flatMap((byWeights) => [...byWeights.values()]).filter(({ length }) => length === 1);
  return new Set(once.flat());
}

function isSmall({ op, inputs, outputs }: Node): boolean {
  if (op.name !== matmulOp.name || outputs[0]!.rank !== 2) return false;
  const [rows, columns] = outputs[0]!.shape as [number, number];
  return rows >= MANY_ROWS && inputs[0]!.shape[1]! * columns <= SMALL_WEIGHTS;
}
