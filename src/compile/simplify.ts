/** Fewer nodes for the same values: algebra, shared subexpressions, splits moved up, no loop of one step, no dead code. */
import { type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { algebra } from "./algebra.ts";
import { pruneScan } from "./prune-scan.ts";
import { rare } from "./rarity.ts";
import { countUses, type Rule, rewrite } from "./rewrite.ts";
import { sharing } from "./share.ts";
import { sinkSplits } from "./sink-splits.ts";

/** More rounds than any graph should take: each is there for what the one before laid open. */
const maxRounds = 8;

/** @param more a rule to apply before all others */
export function simplify(roots: readonly Tensor[], more: Rule = () => undefined): Tensor[] {
  let current = [...roots];
  for (let round = 0; round < maxRounds; round++) {
    const uses = countUses(current);
    const share = sharing();
    let pruned = false;
    const prune = (node: Node<ScanAttributes>, inputs: readonly Tensor[]) => {
      const made =
        node.attributes.steps === 1
          ? rare().inlineScan(node, inputs)
          : pruneScan(
              node,
              inputs,
              (body) => simplify(body, more),
              (output) => uses.has(output),
            );
      pruned ||= made !== undefined;
      return made;
    };
    const simple = rewrite(current, (node, inputs) =>
      node.op.name === scanOp.name ? prune(node as Node<ScanAttributes>, inputs) : simpler(node, inputs, share, more),
    );
    current = sinkSplits(simple);
    // Algebra sees what was made of the inputs. Only these two can leave something behind for it.
    if (!pruned && current === simple) break;
  }
  return current;
}

/** Applies algebra as long as it finds something, and then looks for what is the same already. */
function simpler(node: Node, inputs: readonly Tensor[], share: Rule, more: Rule): readonly Tensor[] | undefined {
  const made = more(node, inputs) ?? algebra(node, inputs);
  if (made === undefined) return share(node, inputs);
  const [result] = made as readonly [Tensor];
  if (made.length > 1 || result.node.outputs.length > 1) return made;
  return simpler(result.node, result.node.inputs, share, more) ?? made;
}
