import { type ScanBody, scanOp } from "../graph/ops/scan.ts";
import { nodesOf } from "../graph/walk.ts";
import { resultsOf } from "./body.ts";

/** Whether there are scans within the steps of a scan. */
export function holdsScan(body: ScanBody): boolean {
  return nodesOf(resultsOf(body)).some(({ op }) => op.name === scanOp.name);
}
