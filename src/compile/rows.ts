/**
 * Finds out whether the rows of a scan's batch are independent: then an engine may run blocks of rows through all time
 * steps, one after another or side by side. They are unless the step itself mixes rows.
 */
import type { ScanBody } from "../graph/ops/scan.ts";
import type { Node, Shape, Tensor } from "../graph/tensor.ts";
import { dependents, nodesOf } from "../graph/walk.ts";

/** The number of rows when axis 0 of everything that varies counts independent rows, else `undefined`. */
export function independentRows(body: ScanBody): number | undefined {
  const varying = [...body.carries, ...body.xs];
  const rows = varying[0]?.shape[0];
  if (rows === undefined || body.sums.length > 0 || !varying.every((x) => x.shape[0] === rows)) return undefined;

  // A constant serves all rows alike (a weight) or has a row for each (a dropout mask), but not both.
  const results = [...body.next, ...body.stacked];
  const nodes = nodesOf(results);
  const varies = dependents(results, varying);
  const perRow = new Set<Tensor>();
  const shared = new Set<Tensor>();
  const isVarying = (x: Tensor) => varies.has(x.node) || varying.includes(x);
  const wantRow = (x: Tensor): boolean => {
    if (x.node.op.name === "full") return true;
    if (!isVarying(x)) perRow.add(x);
    return x.shape[0] === rows;
  };
  const wantShared = (x: Tensor): boolean => {
    shared.add(x);
    return !isVarying(x);
  };
  // Users come after producers, so that going backwards a constant's role is known before its producer is looked at.
  for (const node of [...nodes].reverse()) {
    const isConstant = !varies.has(node);
    if (isConstant && node.outputs.some((x) => shared.has(x))) {
      if (node.outputs.some((x) => perRow.has(x))) return undefined;
      for (const x of node.inputs) shared.add(x);
      continue;
    }
    if (node.inputs.length > 0 && !keepsRows(node, rows, wantRow, wantShared)) return undefined;
  }
  if (!results.every(wantRow)) return undefined;
  return body.constants.some((x) => perRow.has(x) && shared.has(x)) ? undefined : rows;
}

function keepsRows(
  node: Node,
  rows: number,
  wantRow: (x: Tensor) => boolean,
  wantShared: (x: Tensor) => boolean,
): boolean {
  const { op, inputs, outputs } = node;
  const x = inputs[0]!;
  if (op.scalar !== undefined || op.name === "label" || op.name === "stopGradient") return inputs.every(wantRow);
  switch (op.name) {
    case "broadcast": {
      const { shape } = node.attributes as { readonly shape: Shape };
      const repeatsRows = x.rank < shape.length || (x.shape[0] === 1 && rows !== 1);
      return shape[0] === rows && (repeatsRows ? wantShared(x) : wantRow(x));
    }
    case "matmul":
      return x.rank === 2 ? wantRow(x) && wantShared(inputs[1]!) : inputs.every(wantRow);
    case "gather":
      return wantShared(x) && wantRow(inputs[1]!);
    case "reshape":
      return wantRow(x) && outputs[0]!.shape[0] === rows;
    case "transpose":
      return wantRow(x) && (node.attributes as { readonly order: readonly number[] }).order[0] === 0;
    case "slice":
    case "unslice": {
      const { starts, sizes, steps } = node.attributes as Record<"starts" | "sizes" | "steps", readonly number[]>;
      return wantRow(x) && outputs[0]!.shape[0] === rows && starts[0] === 0 && sizes[0] === rows && steps[0] === 1;
    }
    case "split":
    case "concat":
    case "argmax":
      return inputs.every(wantRow) && (node.attributes as { readonly axis: number }).axis !== 0;
    case "sum":
    case "max":
      return wantRow(x) && !(node.attributes as { readonly axes: readonly number[] }).axes.includes(0);
    default:
      return false;
  }
}
