/**
 * Zeros under a mask. Sequences are zeros at steps that do not count, and so are the gradients that come back from there.
 * Products over all steps and rows at once are told: what is multiplied by zeros is left out.
 */
import { fullValue } from "../graph/ops/full.ts";
import { matmulOp, matmulWith, operandsOf } from "../graph/ops/matmul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { groupInputs, type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import { transpose } from "../graph/ops/transpose.ts";
import { type Node, sameShape, sizeOf, type Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { rewrite } from "./rewrite.ts";

export function skipZeros(roots: readonly Tensor[]): Tensor[] {
  const mayHoldZeros = ({ op, attributes }: Node) =>
    op.name === "select" || (op.name === scanOp.name && (attributes as ScanAttributes).body.idle !== undefined);
  if (!nodesOf(roots).some(mayHoldZeros)) return [...roots];
  return rewrite(roots, (node, inputs) => {
    if (node.op.name !== matmulOp.name || node.outputs[0]!.rank !== 2) return undefined;
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const { extras } = operandsOf(node);
    const rows = maskOfZeros(a);
    const inner = maskOfZeros(turned(a)) ?? maskOfZeros(b);
    const isRank1 = (mask: Tensor | undefined) => mask?.rank === 1;
    if (isRank1(rows)) return [matmulWith(a, b, { ...extras, rows: rows! })];
    if (isRank1(inner)) return [matmulWith(a, b, { ...extras, inner: inner! })];
    return undefined;
  });
}

const turned = (matrix: Tensor) => transpose(matrix, [1, 0]);

/** Of the shape of the first axes of `x`: where it is 0, `x` is all zeros. */
function maskOfZeros(x: Tensor): Tensor | undefined {
  const { op, inputs, attributes } = x.node;
  switch (op.name) {
    case scanOp.name:
      return maskOfStack(x.node as Node<ScanAttributes>, x);
    case "select":
      return fullValue(inputs[2]!) === 0 ? leading(inputs[0]!) : undefined;
    case "reshape": {
      const mask = maskOfZeros(inputs[0]!);
      const [rows] = x.shape;
      if (mask === undefined || mask.size === 0) return undefined;
      if (mask.size === rows) return reshape(mask, [rows]);
      return sameShape(mask.shape, x.shape.slice(0, mask.rank)) ? mask : undefined;
    }
    case "transpose": {
      const { order } = attributes as { readonly order: readonly number[] };
      const [source] = inputs;
      // Looked at twice, it is as it was.
      if (source!.node.op.name === "transpose") {
        const first = (source!.node.attributes as { readonly order: readonly number[] }).order;
        if (order.every((axis, i) => first[axis] === i)) return maskOfZeros(source!.node.inputs[0]!);
      }
      const mask = maskOfZeros(source!);
      const leads = mask && order.slice(0, mask.rank);
      return leads?.every((axis) => axis < mask!.rank) ? transpose(mask!, leads) : undefined;
    }
    default:
      return undefined;
  }
}

/** The mask of a scan whose idle step stores zeros there. */
function maskOfStack(scan: Node<ScanAttributes>, x: Tensor): Tensor | undefined {
  const { body } = scan.attributes;
  const at = x.index - body.next.length;
  const isStacked = at >= 0 && at < body.stacked.length;
  if (body.idle === undefined || !isStacked || fullValue(body.idle.results[x.index]!) !== 0) return undefined;
  return groupInputs(body, scan.inputs).xs[body.xs.indexOf(body.idle.mask)];
}

/** What a condition is broadcast from, without its axes of size 1 at the end. */
function leading(condition: Tensor): Tensor | undefined {
  if (condition.node.op.name !== "broadcast") return undefined;
  const [source] = condition.node.inputs;
  if (source!.rank !== condition.rank) return undefined;
  let rank = source!.rank;
  while (rank > 0 && source!.shape[rank - 1] === 1) rank--;
  const shape = source!.shape.slice(0, rank);
  return sameShape(shape, condition.shape.slice(0, rank)) && sizeOf(shape) > 1 ? reshape(source!, shape) : undefined;
}
