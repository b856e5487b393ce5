import type { Tensor } from "../graph/tensor.ts";
import { hoist } from "./hoist.ts";
import { findIdle } from "./idle.ts";
import { mergeScans } from "./merge-scans.ts";
import { simplify } from "./simplify.ts";
import { addInProducts } from "./sums.ts";
import { throughLoops } from "./through-loops.ts";
import { skipZeros } from "./zeros.ts";

/** As `improved` in `compile.ts`, in loops of loops and with what masks leave out as well. */
export function improvedRare(written: readonly Tensor[], optimize: boolean): readonly Tensor[] {
  const merged = throughLoops(written, mergeScans);
  if (!optimize) return merged;
  return addInProducts(throughLoops(simplify(merged), (roots) => skipZeros(findIdle(simplify(hoist(roots))))));
}
