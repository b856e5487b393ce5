import { minimalGatedUnit as cell } from "../cells/minimal-gated-unit.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type MinimalGatedUnitOptions = RecurrentOptions<typeof cell.options>;

/**
 * Minimal gated unit (Zhou et al. 2016) over [batch, time, features]. Its state is
 * [h].
 *
 * @param units size of h
 */
export function minimalGatedUnit<const O extends MinimalGatedUnitOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
