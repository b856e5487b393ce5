import { gru as cell } from "../cells/gru.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type GruOptions = RecurrentOptions<typeof cell.options>;

/**
 * Gated recurrent unit (Cho et al. 2014) over [batch, time, features]. Its state is [h].
 *
 * @param units size of h
 */
export function gru<const O extends GruOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
