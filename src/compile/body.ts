/** The results of a scan's body as one list, for passes over graphs. */
import { groupOutputs, type ScanBody } from "../graph/ops/scan.ts";
import type { Tensor } from "../graph/tensor.ts";

export function resultsOf({ next, stacked, sums }: ScanBody): Tensor[] {
  return [...next, ...stacked, ...sums];
}

/** The body with other results. */
export function withResults(body: ScanBody, results: readonly Tensor[]): ScanBody {
  const { carries, stacked, sums } = groupOutputs(body, results);
  return { ...body, next: carries, stacked, sums };
}
