import { legendreMemoryUnit as cell } from "../cells/legendre-memory-unit.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type LegendreMemoryUnitOptions = RecurrentOptions<typeof cell.options>;

/**
 * Legendre memory unit (Voelker et al. 2019) over [batch, time, features]. Its state is
 * [h, m].
 *
 * @param units size of h; m has `order`
 */
export function legendreMemoryUnit<const O extends LegendreMemoryUnitOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
