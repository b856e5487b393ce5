/** Emits what a graph is made of: groups of elementwise ops, other ops, and scans. */
import { type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { emitScan } from "./emit-scan.ts";
import type { Unit } from "./fuse.ts";
import { holdsScan } from "./nested.ts";
import { rare } from "./rarity.ts";
import type { Scope } from "./scope.ts";

/**
 * Emits units in order, scans and loops among them.
 *
 * @param isUsed whether anything needs a tensor
 * @param isRoot whether a tensor is needed outside of the units
 * @returns elements of scratch memory that they take
 */
export function emitUnits(
  scope: Scope,
  units: readonly Unit[],
  isUsed: (x: Tensor) => boolean,
  isRoot: (x: Tensor) => boolean,
): number {
  let scratchSize = 0;
  for (const unit of units) {
    const node = unit.nodes[0]!;
    if (node.op.name === scanOp.name) {
      const scan = node as Node<ScanAttributes>;
      const emit = holdsScan(scan.attributes.body) ? rare().emitLoop : emitScan;
      scratchSize = Math.max(scratchSize, emit(scope, scan, isUsed).scratchSize);
    } else if (node.inputs.length > 0) {
      scope.emitUnit(unit, isRoot);
    }
  }
  return scratchSize;
}
