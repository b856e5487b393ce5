import { indRnn as cell } from "../cells/ind-rnn.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type IndRnnOptions = RecurrentOptions<typeof cell.options>;

/**
 * Independently recurrent network (Li et al. 2018) over [batch, time, features]. Its state is
 * [h].
 *
 * @param units size of h
 */
export function indRnn<const O extends IndRnnOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
