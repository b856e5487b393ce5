import { minGru as cell } from "../cells/min-gru.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type MinGruOptions = RecurrentOptions<typeof cell.options>;

/**
 * minGRU (Feng et al. 2024) over [batch, time, features]. Its state is
 * [h].
 *
 * @param units size of h
 */
export function minGru<const O extends MinGruOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
