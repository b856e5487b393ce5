import { minLstm as cell } from "../cells/min-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type MinLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * minLSTM (Feng et al. 2024) over [batch, time, features]. Its state is
 * [h].
 *
 * @param units size of h
 */
export function minLstm<const O extends MinLstmOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
