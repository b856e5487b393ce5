import { phasedLstm as cell } from "../cells/phased-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type PhasedLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Phased LSTM (Neil et al. 2016) over [batch, time, features] and the times since the step before,
 * [batch, time, 1]. Its state is
 * [h, c, turns].
 *
 * @param units size of each part
 */
export function phasedLstm<const O extends PhasedLstmOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
