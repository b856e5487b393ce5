import { timeAwareLstm as cell } from "../cells/time-aware-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type TimeAwareLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Time-aware LSTM (Baytas et al. 2017) over [batch, time, features] and the times since the step before,
 * [batch, time, 1]. Its state is
 * [h, c].
 *
 * @param units size of h and c
 */
export function timeAwareLstm<const O extends TimeAwareLstmOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
