/**
 * Finds out whether the rows of a scan's batch are independent: then an engine may run blocks of rows through all time
 * steps, one after another or side by side. They are unless the step itself mixes rows.
 */
import type { ScanBody } from "../graph/ops/scan.ts";
import type { Node, Shape, Tensor } from "../graph/tensor.ts";
import { dependents } from "../graph/walk.ts";
import { rulesOf } from "./rarity.ts";

/** The number of rows when axis 0 of everything that varies counts independent rows, else `undefined`. */
export function independentRows(body: ScanBody): number | undefined {
  const varying = [...body.carries, ...body.xs];
  const rows = varying[0]?.shape[0];
  if (rows === undefined || body.sums.length > 0) return undefined;
  const results = [...body.next, ...body.stacked];
  if (![...varying, ...results].every((x) => x.shape[0] === rows)) return undefined;
  const varies = dependents(results, varying);
  const isFixed = (x: Tensor) => !varies.has(x.node);
  for (const node of varies) if (node.inputs.length > 0 && !keepsRows(node, rows, isFixed)) return undefined;
  return rows;
}

export type RowRule = (node: Node, rows: number, isFixed: (x: Tensor) => boolean) => boolean;

/**
 * Whether row r of the node's outputs depends on row r of its inputs alone. What is fixed, the same at every step, may
 * have a row for each (a dropout mask) or serve all rows alike (a weight).
 */
const keepsRows: RowRule = (node, rows, isFixed) => {
  const { op, inputs, outputs, attributes } = node;
  const x = inputs[0]!;
  const hasRows = (operand: Tensor) => operand.shape[0] === rows;
  if (!outputs.every(hasRows)) return false;
  if (op.scalar !== undefined || op.name === "label") return true;
  switch (op.name) {
    case "broadcast": {
      const { shape } = attributes as { readonly shape: Shape };
      return x.rank === shape.length && hasRows(x);
    }
    case "matmul":
      return x.rank === 2 ? hasRows(x) && isFixed(inputs[1]!) : inputs.every(hasRows);
    case "reshape":
      return hasRows(x);
    case "transpose":
      return (attributes as { readonly order: readonly number[] }).order[0] === 0;
    case "split":
    case "concat":
      return (attributes as { readonly axis: number }).axis !== 0;
    case "sum":
    case "max":
      return !(attributes as { readonly axes: readonly number[] }).axes.includes(0);
    default:
      return rulesOf(op.name)?.keepsRows?.(node, rows, isFixed) ?? false;
  }
};
