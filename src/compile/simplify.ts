/** Fewer nodes for the same values: algebra, shared subexpressions, splits moved up, dead code left behind. */
import { type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { algebra } from "./algebra.ts";
import { pruneScan } from "./prune-scan.ts";
import { countUses, rewrite } from "./rewrite.ts";
import { share } from "./share.ts";
import { sinkSplits } from "./sink-splits.ts";

/** Rounds until nothing changes any more, in practice; a further round costs time and finds nothing. */
const rounds = 3;

export function simplify(roots: readonly Tensor[]): Tensor[] {
  let current = [...roots];
  for (let round = 0; round < rounds; round++) {
    const before = current;
    const uses = countUses(current);
    current = rewrite(current, (node, inputs) =>
      node.op.name === scanOp.name
        ? pruneScan(node as Node<ScanAttributes>, inputs, simplify, (output) => uses.has(output))
        : algebra(node, inputs),
    );
    current = sinkSplits(share(current));
    if (current.every((root, i) => root === before[i])) break;
  }
  return current;
}
