/** Scans within the steps of scans. */
import { applyScan, groupInputs, type ScanAttributes, type ScanBody, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { resultsOf, withResults } from "./body.ts";
import { rewrite } from "./rewrite.ts";

export function holdsScan(body: ScanBody): boolean {
  return nodesOf(resultsOf(body)).some(({ op }) => op.name === scanOp.name);
}

/**
 * Applies a pass to a graph and to the bodies of its loops, the scans whose steps hold scans, to any depth: what the pass
 * does to a graph that holds scans, it does there too.
 */
export function throughLoops(
  roots: readonly Tensor[],
  pass: (roots: readonly Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  return rewrite(pass(roots), (node, inputs) => {
    if (node.op.name !== scanOp.name) return undefined;
    const { body, steps, reverse } = (node as Node<ScanAttributes>).attributes;
    if (!holdsScan(body)) return undefined;
    const made = withResults(body, throughLoops(resultsOf(body), pass));
    const { carries, stacked, sums } = applyScan(made, steps, reverse, groupInputs(body, inputs));
    return [...carries, ...stacked, ...sums];
  });
}
