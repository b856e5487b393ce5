/** Passes through scans within the steps of scans. */
import { applyScan, groupInputs, type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { resultsOf, withResults } from "./body.ts";
import { holdsScan } from "./nested.ts";
import { rewrite } from "./rewrite.ts";

function isLoop(node: Node): node is Node<ScanAttributes> {
  return node.op.name === scanOp.name && holdsScan((node as Node<ScanAttributes>).attributes.body);
}

/**
 * Applies a pass to a graph and to the bodies of its loops, the scans whose steps hold scans, to any depth: what the pass
 * does to a graph that holds scans, it does there too.
 */
export function throughLoops(
  roots: readonly Tensor[],
  pass: (roots: readonly Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  const passed = pass(roots);
  if (!nodesOf(passed).some(isLoop)) return passed;
  return rewrite(passed, (node, inputs) => {
    if (!isLoop(node)) return undefined;
    const { body, steps, reverse } = node.attributes;
    const made = withResults(body, throughLoops(resultsOf(body), pass));
    const { carries, stacked, sums } = applyScan(made, steps, reverse, groupInputs(body, inputs));
    return [...carries, ...stacked, ...sums];
  });
}
