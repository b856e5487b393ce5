import { gruD as cell } from "../cells/gru-d.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type GruDOptions = RecurrentOptions<typeof cell.options>;

/**
 * GRU-D (Che et al. 2018) for values of which some are missing, NaN, over [batch, time, features] and the times since the step before,
 * [batch, time, 1]. Its state is
 * [h, last, since].
 *
 * @param units size of h
 */
export function gruD<const O extends GruDOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
