/**
 * Moves splits up through elementwise work: the four gates of split(xW + hU + b) become four sums of parts, so that the
 * whole cell is elementwise on one shape and fuses into one pass over memory. Parts are disjoint: no work is done twice.
 * Sums that products make on their way are no such work.
 */
import { applyOne } from "../graph/op.ts";
import { broadcastTo } from "../graph/ops/broadcast.ts";
import { type SplitAttributes, splitInto, splitOp } from "../graph/ops/split.ts";
import { type Node, type Tensor, withSize } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { countUses, rewrite } from "./rewrite.ts";
import { isMadeByProducts } from "./sums.ts";

export function sinkSplits(roots: Tensor[]): Tensor[] {
  if (!nodesOf(roots).some(sinks)) return roots;
  const uses = countUses(roots);
  if (!nodesOf(roots).some((node) => sinks(node) && !isMadeByProducts(node.inputs[0]!, uses))) return roots;
  const partsOf = (x: Tensor, axis: number, sizes: readonly number[]): readonly Tensor[] => {
    const { op, inputs } = x.node;
    // Used once: by the split alone. (A split's own rebuilt inputs were never counted: they are new, and used once.)
    if ((uses.get(x) ?? 1) > 1 || isMadeByProducts(x, uses)) return splitInto(x, sizes, axis);
    if (op.scalar !== undefined) {
      const cut = inputs.map((input) => partsOf(input, axis, sizes));
      return sizes.map((_, i) =>
        applyOne(
          op,
          cut.map((list) => list[i]!),
          null,
        ),
      );
    }
    if (op.name === "broadcast") {
      const source = inputs[0]!;
      const sourceAxis = axis - (x.rank - source.rank);
      const isWhole = sourceAxis < 0 || source.shape[sourceAxis] === 1;
      const parts = isWhole ? sizes.map(() => source) : splitInto(source, sizes, sourceAxis);
      return parts.map((part, i) => broadcastTo(part, withSize(x.shape, axis, sizes[i]!)));
    }
    return splitInto(x, sizes, axis);
  };
  return rewrite(roots, (node, [x]) => {
    if (node.op.name !== splitOp.name || !isCuttable(x!) || isMadeByProducts(node.inputs[0]!, uses)) return undefined;
    const { axis, sizes } = node.attributes as SplitAttributes;
    return partsOf(x!, axis, sizes);
  });
}

function sinks(node: Node): boolean {
  return node.op.name === splitOp.name && isCuttable(node.inputs[0]!);
}

function isCuttable(x: Tensor): boolean {
  return x.node.op.scalar !== undefined || x.node.op.name === "broadcast";
}
