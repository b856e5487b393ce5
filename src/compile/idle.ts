/**
 * Steps that do not count. Where a mask is 0, little is left of a scan's body: the state stays, gradients pass by, and
 * what was kept for back-propagation is nothing. This pass finds what is left, the body with the mask set to 0, so that
 * engines can run it in the place of the body for rows that have ended.
 */

import { masksOf } from "../graph/masked.ts";
import { full, fullValue } from "../graph/ops/full.ts";
import { applyScan, groupInputs, type ScanAttributes, type ScanBody, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { dependents, nodesOf, substitute } from "../graph/walk.ts";
import { resultsOf, withResults } from "./body.ts";
import { type Rule, rewrite } from "./rewrite.ts";
import { independentRows } from "./rows.ts";
import { simplify } from "./simplify.ts";

export function findIdle(roots: readonly Tensor[]): Tensor[] {
  const isMasked = (node: Node) =>
    node.op.name === scanOp.name && masksOf((node as Node<ScanAttributes>).attributes.body).length > 0;
  if (!nodesOf(roots).some(isMasked)) return [...roots];
  return rewrite(roots, (node, inputs) => {
    if (node.op.name !== scanOp.name) return undefined;
    const { body, steps, reverse } = (node as Node<ScanAttributes>).attributes;
    const masks = masksOf(body);
    if (masks.length === 0) return undefined;
    // From here on, what may be spared is known.
    const plain = withResults(
      body,
      rewrite(resultsOf(body), (n, [x]) => (n.op.name === "spare" ? [x!] : undefined)),
    );
    const idle = independentRows(body) === undefined ? undefined : idleOf(body, masks);
    const made = applyScan(idle ? { ...plain, idle } : plain, steps, reverse, groupInputs(body, inputs));
    return [...made.carries, ...made.stacked, ...made.sums];
  });
}

/** What is left of the body, if that is worth it: no work but on elements, and little of that. */
function idleOf(body: ScanBody, masks: readonly Tensor[]): ScanBody["idle"] {
  const results = resultsOf(body);
  const parameters = [...body.carries, ...body.xs];
  const worth = dependents(results, parameters).size / 4;
  for (const mask of masks) {
    const left = simplify(substitute(results, new Map([[mask, full(mask.shape, 0)]])), vanish);
    const varying = [...dependents(left, parameters)].filter((node) => node.inputs.length > 0);
    if (varying.length <= worth && varying.every((node) => light.has(node.op.name) || node.op.scalar)) {
      return { mask, results: left };
    }
  }
  return undefined;
}

const light = new Set(["broadcast", "reshape", "split", "slice", "transpose", "concat"]);

/** What no gradient reaches gives none, whatever it is multiplied by: at such a step, 0 stands for nothing at all. */
const vanish: Rule = (node, inputs) => {
  const isZero = (x: Tensor) => fullValue(x) === 0;
  const vanishes =
    node.op.name === "div" ? isZero(inputs[0]!) : ["mul", "matmul"].includes(node.op.name) && inputs.some(isZero);
  return vanishes ? [full(node.outputs[0]!.shape, 0)] : undefined;
};
